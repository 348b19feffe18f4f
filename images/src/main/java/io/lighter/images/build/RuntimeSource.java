package io.lighter.images.build;

import io.lighter.runtime.ContainerRuntime;

/** Opens the runtime that RUN needs, when a build has one to run. The builder closes it. */
@FunctionalInterface
public interface RuntimeSource {
  /** Opens it. */
  ContainerRuntime open();
}
