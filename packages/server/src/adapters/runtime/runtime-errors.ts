import { defineErrors } from '../../kernel/app-error.ts';

/** Why instances do not come up, in the words of whoever wrote the application. */
export const runtimeErrors = defineErrors({
  INSTANCE_EXITED: {
    kind: 'failed_precondition',
    message: 'The start command ended before the service answered.',
    hint: 'Look at the last lines of its output, or try the start command on your own machine.',
  },
  INSTANCE_NOT_LISTENING: {
    kind: 'failed_precondition',
    message: 'The service runs, but listens on no port.',
    hint: 'Listen on the port given in the environment variable PORT, or make it a worker service.',
  },
  INSTANCE_ON_OTHER_PORT: {
    kind: 'failed_precondition',
    message: 'The service listens on another port than the one in PORT.',
    hint: 'Read the port from the environment variable PORT.',
  },
  INSTANCE_UNHEALTHY: {
    kind: 'failed_precondition',
    message: 'The health check did not succeed in time.',
    hint: 'Open the health path yourself, or raise the health check timeout in the settings.',
  },
  RELEASE_OF_OTHER_RUNTIME: {
    kind: 'failed_precondition',
    message: 'This release was built for another runtime than the one that is used now.',
    hint: 'Deploy the service again: it is then built for this runtime. Or set RUNTIME back.',
  },
  INSTANCE_NOT_STARTED: {
    kind: 'failed_precondition',
    message: 'The container could not be started.',
    hint: 'Look at the start command: its program must be in the image.',
  },
  IMAGE_NOT_EXECUTABLE: {
    kind: 'failed_precondition',
    message: 'The image is for another kind of machine.',
    hint: 'Build or choose the image for the platform of this machine.',
  },
  IMAGE_GONE: {
    kind: 'failed_precondition',
    message: 'The image of this release is not on this machine any more, and nothing says where to fetch it.',
    hint: 'Deploy the service again.',
  },
  RUNTIME_NETWORKS_USED_UP: {
    kind: 'resource_exhausted',
    message: 'There are no addresses left for the network of another environment.',
    hint: 'Give davit a larger DOCKER_NETWORKS, or delete environments that are not needed.',
  },
  RUNTIME_UNREACHABLE: {
    kind: 'unavailable',
    message: 'The Docker engine does not answer.',
    hint: 'Start it (`systemctl start docker`), check DOCKER_HOST and that the user of davit may use its socket, or set RUNTIME=process.',
  },
  TERMINAL_UNAVAILABLE: {
    kind: 'failed_precondition',
    message: 'No terminal can be opened in this instance now.',
    hint: 'Wait until the instance runs, and close terminals that are not needed.',
  },
});
