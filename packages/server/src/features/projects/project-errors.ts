import { defineErrors } from '../../kernel/app-error.ts';

export const projectErrors = defineErrors({
  PROJECT_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no such project.',
    hint: 'List your projects with `davit project list`.',
  },
  PROJECT_NAME_TAKEN: {
    kind: 'already_exists',
    message: 'A project with this name exists already.',
    hint: 'Choose another name, or use the project that is there.',
  },
  PROJECT_NOT_EMPTY: {
    kind: 'failed_precondition',
    message: 'The project still has services.',
    hint: 'Delete its services first: nothing that runs is removed by accident.',
  },
  PROJECT_HAS_RESOURCES: {
    kind: 'failed_precondition',
    message: 'The project still has cloud resources.',
    hint: 'Delete them first with `davit resource delete`: what they made in the cloud would be left behind.',
  },
  ENVIRONMENT_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no such environment.',
    hint: 'Look at the project for the environments that it has.',
  },
  ENVIRONMENT_NAME_TAKEN: {
    kind: 'already_exists',
    message: 'The project has an environment with this name already.',
    hint: 'Choose another name.',
  },
  ENVIRONMENT_NOT_EMPTY: {
    kind: 'failed_precondition',
    message: 'The environment still has services.',
    hint: 'Delete its services first: nothing that runs is removed by accident.',
  },
  ENVIRONMENT_HAS_RESOURCES: {
    kind: 'failed_precondition',
    message: 'The environment still has cloud resources.',
    hint: 'Delete them first with `davit resource delete`: what they made in the cloud would be left behind.',
  },
  ENVIRONMENT_GUARDED: {
    kind: 'permission_denied',
    message: 'Approvals and drift checks of an environment are set by admins.',
    hint: 'Ask an admin of the organization.',
  },
  ENVIRONMENT_LAST: {
    kind: 'failed_precondition',
    message: 'A project keeps at least one environment.',
    hint: 'Delete the project instead, or add another environment first.',
  },
});
