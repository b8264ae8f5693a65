import { describe, expect, it } from 'vitest'
import { toolEnvironment } from '../../../src/adapters/rendering/tool-environment.ts'

describe('the environment of a tool that renders', () => {
  it('collects little garbage in a short life, unless the user says otherwise', () => {
    expect(toolEnvironment({}, '/folder')).toMatchObject({ GOGC: '400' })
    expect(toolEnvironment({ GOGC: '50' }, '/folder')).toMatchObject({ GOGC: '50' })
  })

  it('has nothing that could change what is rendered', () => {
    const user = { PATH: '/bin', HELM_DRIVER: 'sql', KUBECONFIG: '/config', https_proxy: 'http://proxy:3128', KUBE_TOKEN: 'secret' }
    const given = toolEnvironment(user, '/folder')
    expect(given).toMatchObject({ PATH: '/bin', KUBECONFIG: '/folder/no-kubeconfig', HTTPS_PROXY: 'http://127.0.0.1:1' })
    expect(Object.keys(given).filter((name) => ['HELM_DRIVER', 'KUBE_TOKEN', 'https_proxy'].includes(name))).toEqual([])
  })
})
