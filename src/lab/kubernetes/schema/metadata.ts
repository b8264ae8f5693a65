import type { Schema, StructSchema } from './schema.ts'
import { BOOLEAN, embedded, INTEGER, keyed, SET, STRING, STRINGS, struct, UNTYPED } from './schema.ts'

const METADATA: StructSchema = embedded({
  name: STRING,
  generateName: STRING,
  namespace: STRING,
  uid: STRING,
  resourceVersion: STRING,
  generation: INTEGER,
  creationTimestamp: STRING,
  deletionTimestamp: STRING,
  deletionGracePeriodSeconds: INTEGER,
  selfLink: STRING,
  labels: STRINGS,
  annotations: STRINGS,
  finalizers: SET,
  ownerReferences: keyed(
    ['uid'],
    struct({ apiVersion: STRING, kind: STRING, name: STRING, uid: STRING, controller: BOOLEAN, blockOwnerDeletion: BOOLEAN }),
  ),
  managedFields: UNTYPED,
})

/** A kind whole: what every object has, and its own members. */
export function kindSchema(own: Readonly<Record<string, Schema>>): StructSchema {
  return embedded({ apiVersion: STRING, kind: STRING, metadata: METADATA, ...own })
}

/** A pod template's metadata: the same members. */
export const TEMPLATE_METADATA = METADATA
