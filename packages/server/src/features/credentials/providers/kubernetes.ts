import { z } from 'zod';
import {
  type CredentialFields,
  defineProvider,
  present,
  readJsonObject,
  refusedBy,
  textAt,
  type ValidationCall,
  type Verdict,
} from '../provider.ts';
import { type Cluster, readKubeconfig } from './kubeconfig.ts';

function authorizationOf({ token, user }: Cluster): Record<string, string> {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (user === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}` };
}

function clusterOf(fields: CredentialFields): Cluster {
  const cluster = readKubeconfig(fields['kubeconfigBase64'] ?? '', fields['context']);
  if (typeof cluster === 'string') throw new Error(`a stored kubeconfig ${cluster}`);
  return cluster;
}

/** `/version` shows that the cluster answers; who one is there says the review of oneself, which every signed-in user may ask for. */
async function validate(fields: CredentialFields, { fetch, endpoint, signal }: ValidationCall): Promise<Verdict> {
  const cluster = clusterOf(fields);
  const base = endpoint.replace('{server}', cluster.server);
  const common = {
    signal,
    ...(cluster.authority === undefined ? {} : { ca: cluster.authority }),
    ...(cluster.client === undefined ? {} : { client: cluster.client }),
  };
  const headers = { ...authorizationOf(cluster), accept: 'application/json' };
  const version = await fetch({ method: 'GET', url: `${base}/version`, headers, ...common });
  const number = textAt(readJsonObject(version.text), 'gitVersion');
  if (version.status !== 200)
    return refusedBy('Kubernetes', version.status, textAt(readJsonObject(version.text), 'message'));
  const review = await fetch({
    method: 'POST',
    url: `${base}/apis/authentication.k8s.io/v1/selfsubjectreviews`,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }),
    ...common,
  });
  const answer = readJsonObject(review.text);
  if (review.status !== 201) return refusedBy('Kubernetes', review.status, textAt(answer, 'message'));
  const identity = textAt(answer, 'status', 'userInfo', 'username');
  if (identity === 'system:anonymous') return { valid: false, message: 'Kubernetes does not know this user.' };
  return { valid: true, message: `Kubernetes ${number ?? ''} knows this user.`.replace('  ', ' '), identity };
}

export const kubernetes = defineProvider({
  name: 'kubernetes',
  title: 'Kubernetes',
  schema: z
    .strictObject({
      kubeconfigBase64: z
        .string()
        .min(1)
        .max(131_072)
        .superRefine((base64, context) => {
          const fault = readKubeconfig(base64, undefined);
          if (typeof fault === 'string') context.addIssue({ code: 'custom', message: fault });
        })
        .meta({
          title: 'Kubeconfig',
          description: 'The whole file, with certificates and token in it.',
          contentEncoding: 'base64',
          contentMediaType: 'application/yaml',
        }),
      context: z
        .string()
        .min(1)
        .max(253)
        .optional()
        .meta({ title: 'Context', description: 'In place of the current one of the file.' }),
    })
    .superRefine(({ kubeconfigBase64, context: name }, context) => {
      if (name === undefined || typeof readKubeconfig(kubeconfigBase64, undefined) === 'string') return;
      const fault = readKubeconfig(kubeconfigBase64, name);
      if (typeof fault === 'string') context.addIssue({ code: 'custom', message: fault, path: ['context'] });
    }),
  secrets: ['kubeconfigBase64'],
  endpoint: '{server}',
  toEnvironment({ kubeconfigBase64 = '', context }) {
    const content = Buffer.from(kubeconfigBase64, 'base64').toString('utf8');
    return { variables: present({ KUBE_CTX: context }), files: { KUBECONFIG: { name: 'kubeconfig', content } } };
  },
  validate,
});
