import type { FunctionType, ResourceType } from './resource-type.ts';
import { environment } from './resources/environment.ts';
import { getEnvironment } from './resources/get-environment.ts';
import { getProject } from './resources/get-project.ts';
import { project } from './resources/project.ts';
import { service } from './resources/service.ts';
import { variable } from './resources/variable.ts';

/** All types; another one is a file in `resources/` and a name here. */
export const resourceTypes: readonly ResourceType[] = [project, environment, service, variable];
/** What programs may ask. */
export const functionTypes: readonly FunctionType[] = [getProject, getEnvironment];
