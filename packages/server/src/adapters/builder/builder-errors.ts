import { defineErrors } from '../../kernel/app-error.ts';

/** Why a source did not become an artifact, in the words of whoever wrote the source. */
export const builderErrors = defineErrors({
  BUILD_PLAN_FAILED: {
    kind: 'failed_precondition',
    message: 'The source does not say how to build or start it.',
    hint: 'Set the commands in the settings of the service, or add a Procfile.',
  },
  BUILD_LINK_LEAVES_SOURCE: {
    kind: 'failed_precondition',
    message: 'A folder that the build uses leads out of the source by a link.',
    hint: 'Replace the symbolic link by the folder itself, or let it point inside the source.',
  },
  BUILD_TOOLCHAIN_MISSING: {
    kind: 'failed_precondition',
    message: 'A toolchain that the source needs is not on this machine.',
    hint: 'Install it on the machine that runs davit, or change the version that the source asks for.',
  },
  BUILD_TOOLCHAIN_UNREACHABLE: {
    kind: 'failed_precondition',
    message: 'A toolchain is installed where the unprivileged user of the build cannot read it.',
    hint: 'Install bubblewrap, or install the toolchain outside of a private home folder.',
  },
  BUILD_TOOLCHAIN_FETCH_FAILED: {
    kind: 'unavailable',
    message: 'A toolchain could not be fetched from its package registry.',
    hint: 'Check that the machine reaches the registry; it is tried again.',
  },
  BUILD_COMMAND_FAILED: {
    kind: 'failed_precondition',
    message: 'A command of the build failed.',
    hint: 'Look at its last lines of output, and try it on your own machine.',
  },
  BUILD_TIMEOUT: {
    kind: 'deadline_exceeded',
    message: 'The build took longer than it may.',
    hint: 'Raise `settings.build.timeoutMinutes`, or make the build shorter.',
  },
  BUILD_OUT_OF_MEMORY: {
    kind: 'resource_exhausted',
    message: 'The build was ended because it used more memory than it may.',
    hint: 'Raise `settings.memoryMb`, or make the build use less.',
  },
  BUILD_DISK_FULL: {
    kind: 'resource_exhausted',
    message: 'The disk of this machine is full.',
    hint: 'Free space in the data folder of davit, then deploy again.',
  },
});
