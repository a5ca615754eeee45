import { defineErrors } from '../../kernel/app-error.ts';

/** Why a source did not become an artifact, in the words of whoever wrote the source. */
export const builderErrors = defineErrors({
  BUILD_PLAN_FAILED: {
    kind: 'failed_precondition',
    message: 'The source does not say how to build or start it.',
    hint: 'Set the commands in the settings of the service, or add a Procfile.',
  },
  BUILD_NEEDS_DOCKER: {
    kind: 'failed_precondition',
    message: 'Only a Dockerfile says how to build the source, and this server builds no images.',
    hint: 'An operator sets RUNTIME=docker; or set the start command of the service so that it runs without an image.',
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
  IMAGE_PULL_DENIED: {
    kind: 'permission_denied',
    message: 'The registry does not give this image to whoever asked.',
    hint: 'Check the name of the image, and the credential of kind docker_registry for its host: `davit credential validate NAME`.',
  },
  IMAGE_NOT_FOUND: {
    kind: 'not_found',
    message: 'The registry has no such image.',
    hint: 'Check its name and its tag.',
  },
  IMAGE_OTHER_PLATFORM: {
    kind: 'failed_precondition',
    message: 'The image is for another kind of machine.',
    hint: 'Choose or build one for the platform of this machine.',
  },
  IMAGE_REGISTRY_UNREACHABLE: {
    kind: 'unavailable',
    message: 'The registry does not answer the Docker engine.',
    hint: 'Check the host in the name of the image, and the network of the engine. One without TLS must be in its insecure-registries.',
  },
  BUILD_DISK_FULL: {
    kind: 'resource_exhausted',
    message: 'The disk of this machine is full.',
    hint: 'Free space in the data folder of davit, then deploy again.',
  },
  BUILD_DOCKERFILE_MISSING: {
    kind: 'failed_precondition',
    message: 'The Dockerfile that the settings name is not in the source.',
    hint: 'Correct `settings.build.dockerfilePath`; it is relative to the root folder of the service.',
  },
  BUILD_DOCKERFILE_PATH_REFUSED: {
    kind: 'invalid_argument',
    message: 'This is no path of a Dockerfile.',
    hint: 'Give a relative path of letters, digits and `. _ - + @ /`, without "..", such as docker/Dockerfile.',
  },
  BUILD_DOCKERFILE_REFUSED: {
    kind: 'failed_precondition',
    message: 'The Dockerfile asks for what no build may have.',
    hint: 'Take it out of the Dockerfile: builds have no access to the host, its network, or other frontends.',
  },
  BUILD_DOCKERFILE_INVALID: {
    kind: 'failed_precondition',
    message: 'The Dockerfile cannot be built.',
    hint: 'Look at the line that the message names, and try `docker build` on your own machine.',
  },
  BUILD_BASE_IMAGE_UNAVAILABLE: {
    kind: 'failed_precondition',
    message: 'An image that the build begins with cannot be had.',
    hint: 'Check its name and tag. For a private registry store a credential of it; where there is no way to public registries, an operator names other images in BASE_IMAGES.',
  },
  BUILD_IMAGE_LANGUAGE_UNSUPPORTED: {
    kind: 'failed_precondition',
    message: 'davit generates no image for this source.',
    hint: 'Add a Dockerfile to the source.',
  },
  BUILD_ENGINE_UNREACHABLE: {
    kind: 'unavailable',
    message: 'What builds images does not answer.',
    hint: 'An operator looks whether the Docker Engine of DOCKER_HOST, or the buildkitd of BUILDKIT_ADDRESS, runs; it is tried again.',
  },
  BUILD_TOOL_MISSING: {
    kind: 'failed_precondition',
    message: 'The program that speaks to what builds images is not on this machine.',
    hint: 'An operator installs `docker` (the command line), or `buildctl` where BUILDKIT_ADDRESS is set.',
  },
  BUILD_PUSH_FAILED: {
    kind: 'failed_precondition',
    message: 'The image was built and could not be pushed to the registry.',
    hint: 'An operator checks REGISTRY_URL, REGISTRY_USERNAME and REGISTRY_PASSWORD with `davit admin doctor`.',
  },
});
