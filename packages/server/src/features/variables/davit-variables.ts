/** What davit knows of a service whatever is deployed. */
export interface ServiceFacts {
  service: { id: string; name: string; url: string | null };
  project: string;
  environment: string;
}

/** The variables that davit itself gives to a service, the same for each of its deployments: others may refer to them. */
export function serviceVariables({ service, project, environment }: ServiceFacts): Record<string, string> {
  const variables: Record<string, string> = {
    DAVIT: '1',
    DAVIT_SERVICE_ID: service.id,
    DAVIT_SERVICE_NAME: service.name,
    DAVIT_PROJECT_NAME: project,
    DAVIT_ENVIRONMENT_NAME: environment,
  };
  if (service.url === null) return variables;
  return { ...variables, DAVIT_PUBLIC_URL: service.url, DAVIT_PUBLIC_DOMAIN: new URL(service.url).host };
}
