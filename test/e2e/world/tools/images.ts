import { createHash } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'

/** Names under which containerd knows them. */
export const IMAGES = { pause: 'jmc.test/pause:1', site: 'jmc.test/site:1' } as const
export const imageArchive = (folder: string, image: keyof typeof IMAGES): string => join(folder, `${image}.tar`)

const PROGRAM = 'site'

/** Writes the two images as docker archives into `folder`: each holds nothing but the static program `site`. */
export async function makeImages(program: string, folder: string): Promise<void> {
  await archive({ program, reference: IMAGES.pause, command: [`/${PROGRAM}`, 'pause'], file: imageArchive(folder, 'pause') })
  await archive({ program, reference: IMAGES.site, command: [`/${PROGRAM}`], file: imageArchive(folder, 'site') })
}

interface Archive {
  readonly program: string
  readonly reference: string
  readonly command: readonly string[]
  readonly file: string
}

/** One image of one layer in the format of `docker save`, which `ctr images import` reads. */
async function archive({ program, reference, command, file }: Archive): Promise<void> {
  const work = await mkdtemp(`${file}.making-`)
  try {
    await mkdir(join(work, 'root'))
    await copyFile(program, join(work, 'root', PROGRAM))
    await tar(join(work, 'layer.tar'), join(work, 'root'), ['.'])
    const layer = createHash('sha256')
      .update(await readFile(join(work, 'layer.tar')))
      .digest('hex')
    const config = JSON.stringify({
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      created: '1970-01-01T00:00:00Z',
      config: { Cmd: command, Env: ['PATH=/'], WorkingDir: '/' },
      rootfs: { type: 'layers', diff_ids: [`sha256:${layer}`] },
      history: [{ created: '1970-01-01T00:00:00Z', created_by: 'jmc-migrate tests' }],
    })
    const configFile = `${createHash('sha256').update(config).digest('hex')}.json`
    const layerFile = `${layer}/layer.tar`
    await mkdir(join(work, layer))
    await rename(join(work, 'layer.tar'), join(work, layerFile))
    await writeFile(join(work, configFile), config)
    await writeFile(join(work, 'manifest.json'), JSON.stringify([{ Config: configFile, RepoTags: [reference], Layers: [layerFile] }]))
    await tar(file, work, ['manifest.json', configFile, layerFile])
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** The same bytes for the same files, whoever makes it and when. */
const tar = (file: string, folder: string, names: readonly string[]): Promise<unknown> =>
  execa('tar', [
    '--sort=name',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mtime=@0',
    '--format=ustar',
    '-C',
    folder,
    '-cf',
    file,
    ...names,
  ])
