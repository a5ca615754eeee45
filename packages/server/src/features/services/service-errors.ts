import { defineErrors } from '../../kernel/app-error.ts';

export const serviceErrors = defineErrors({
  SERVICE_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no such service.',
    hint: 'List the services of the project with `davit ps`.',
  },
  SERVICE_NAME_TAKEN: {
    kind: 'already_exists',
    message: 'The environment has a service with this name already.',
    hint: 'Choose another name, or deploy to the service that is there.',
  },
  SERVICE_BEING_DELETED: {
    kind: 'failed_precondition',
    message: 'The service is being deleted.',
    hint: 'Wait until it is gone, then create it anew.',
  },
  SERVICE_HAS_NO_SOURCE: {
    kind: 'failed_precondition',
    message: 'Nothing was uploaded for this service yet.',
    hint: 'Upload a folder with `davit deploy`, or give the service a Git URL.',
  },
  SERVICE_NEVER_DEPLOYED: {
    kind: 'failed_precondition',
    message: 'The service has no release that could run.',
    hint: 'Deploy it first with `davit deploy`.',
  },
  SERVICE_SCHEDULE_MISSING: {
    kind: 'invalid_argument',
    message: 'A cron service needs a schedule, and only a cron service has one.',
    hint: 'Set `settings.schedule`, such as "0 3 * * *" (UTC).',
  },
  SERVICE_PORT_UNSUPPORTED: {
    kind: 'invalid_argument',
    message: 'The process runtime gives every instance a port of its own in PORT; it cannot offer a fixed one.',
    hint: 'Leave `settings.port` empty and read PORT in the application.',
  },
  SERVICE_IMAGE_UNSUPPORTED: {
    kind: 'invalid_argument',
    message: 'No Docker engine is used here, and only one can run an image.',
    hint: 'Install Docker and start davit with RUNTIME=docker, or give the service a Git URL or a folder.',
  },
  SERVICE_DOCKERFILE_UNSUPPORTED: {
    kind: 'invalid_argument',
    message: 'The process runtime runs no containers, so it builds no images.',
    hint: 'Leave what is about images in `settings.build` empty, and give an install, build or start command where detection is not enough; or an operator sets RUNTIME=docker.',
  },
});
