import { defineErrors } from '../../kernel/app-error.ts';

export const deploymentErrors = defineErrors({
  DEPLOYMENT_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no such deployment.',
    hint: 'List the deployments of a service with `davit status`.',
  },
  DEPLOYMENT_NOT_ROLLBACK_CANDIDATE: {
    kind: 'failed_precondition',
    message: 'This deployment cannot be rolled back to: it never served, or what it built is no longer kept.',
    hint: 'Choose one of the rollback candidates of the service.',
  },
  RELEASE_ARTIFACT_GONE: {
    kind: 'failed_precondition',
    message:
      'What was built for this release is not there any more: after a restore, for instance, which brings no builds.',
    hint: 'Deploy the service again; it is then built anew.',
  },
  DEPLOYMENT_UPLOAD_UNEXPECTED: {
    kind: 'invalid_argument',
    message: 'This service is fed by Git, not by uploads.',
    hint: 'Leave `uploadId` away, or change the source of the service.',
  },
  DEPLOYMENT_REFERENCE_UNEXPECTED: {
    kind: 'invalid_argument',
    message: 'This service is fed by uploads: there is no branch, tag or commit to choose.',
    hint: 'Leave `reference` away, or give the service a Git URL.',
  },
  DEPLOYMENT_IMAGE_FIXED: {
    kind: 'invalid_argument',
    message: 'This service is an image: there is no upload, branch, tag or commit to choose.',
    hint: 'Leave `uploadId` and `reference` away, or change the image of the service.',
  },
  DEPLOYMENT_NO_START_COMMAND: {
    kind: 'failed_precondition',
    message: 'The build did not say how to start the service.',
    hint: 'Set a start command in the settings, or add a Procfile.',
  },
  RELEASE_COMMAND_FAILED: {
    kind: 'failed_precondition',
    message: 'The release command failed.',
    hint: 'Look at its output; the release before goes on serving.',
  },
  COMMAND_FAILED: {
    kind: 'failed_precondition',
    message: 'The command failed.',
    hint: 'Look at its output.',
  },
  COMMAND_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no such command of this service.',
    hint: 'List them with `GET /v1/runs?kind=command.run`.',
  },
  CRON_COMMAND_FAILED: {
    kind: 'failed_precondition',
    message: 'The scheduled command failed.',
    hint: 'Look at its output with `davit logs --cron`.',
  },
});
