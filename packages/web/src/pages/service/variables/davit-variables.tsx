import { useService } from '../../../data/use-services.ts';
import { useVariableReferences } from '../../../data/use-variables.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';

/** Given anew, so that nothing can refer to them: see docs/guides/variables.md. */
const givenAnew: Readonly<Record<string, string>> = {
  PORT: 'each instance its own',
  DAVIT_INSTANCE: 'each instance its own',
  DAVIT_PROCESS: 'each instance its own',
  DAVIT_DEPLOYMENT_ID: 'new with each deployment',
  DAVIT_GIT_COMMIT: 'new with each deployment from Git',
  DAVIT_GIT_COMMIT_MESSAGE: 'new with each deployment from Git',
  DAVIT_GIT_BRANCH: 'new with each deployment from Git',
};

export interface DavitVariablesProps {
  serviceId: string;
  environmentId: string;
}

/** The variables that davit itself gives to a service; nobody else can set them. */
export function DavitVariables({ serviceId, environmentId }: DavitVariablesProps) {
  const service = useService(serviceId);
  // What may be referred to from outside of all services: also what davit gives to this one.
  const references = useVariableReferences({ kind: 'environment', id: environmentId });
  const given = (references.data?.items ?? []).filter(
    ({ serviceName, name }) => serviceName !== null && serviceName === service.data?.name && /^DAVIT(?:_|$)/.test(name),
  );
  return (
    <details className="text-sm">
      <summary className="cursor-pointer text-muted">davit's own variables</summary>
      <ul aria-label="davit's own variables" className="mt-2 flex flex-col gap-0.5 pl-4">
        {given.map(({ name, text }) => (
          <li key={name} className="flex items-center gap-2">
            <code className="font-mono">{name}</code>
            <CopyButton size="sm" text={text} label={`Copy reference to ${name}`} />
          </li>
        ))}
        {Object.entries(givenAnew).map(([name, when]) => (
          <li key={name} className="flex min-h-6 items-center gap-2">
            <code className="font-mono">{name}</code>
            <span className="text-muted text-xs">{when}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
