package io.lighter.cli.session;

import io.lighter.cli.flags.UsageException;
import io.lighter.cli.images.RunImage;
import io.lighter.cli.options.RootSource;
import io.lighter.cli.run.HostParts;
import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.OwnUsers;
import io.lighter.runtime.RootFileSystem;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.Mount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The root of the container of a run.
 *
 * @param files what it is made of
 * @param mounts what must be mounted on it before anything else
 * @param bundle that it is of, or null
 */
record ContainerRoot(RootFileSystem files, List<Mount> mounts, @Nullable Bundle bundle)
    implements AutoCloseable {
  private static final Path TOP = Path.of("/");

  /**
   * Opens what was asked for.
   *
   * @param image what the source names, where it names one
   * @param users the user namespace of this process
   * @throws UsageException when it is not there
   */
  static ContainerRoot open(
      RootSource source, @Nullable RunImage image, ContainerRuntime runtime, OwnUsers users) {
    return switch (source) {
      case RootSource.Image _ ->
          new ContainerRoot(Objects.requireNonNull(image).openRoot(), List.of(), null);
      case RootSource.Host host -> users.initial() ? overlay(TOP) : inParts(runtime);
      case RootSource.Rootfs rootfs -> overlay(existing(rootfs.folder()));
      case RootSource.Bundle bundle -> ofBundle(bundle(bundle));
    };
  }

  private static ContainerRoot ofBundle(Bundle bundle) {
    RootFileSystem files = RootFileSystem.folder(existing(bundle.rootfs()));
    return new ContainerRoot(files, List.of(), bundle);
  }

  private static ContainerRoot overlay(Path folder) {
    return new ContainerRoot(RootFileSystem.overlay(List.of(folder)), List.of(), null);
  }

  private static ContainerRoot inParts(ContainerRuntime runtime) {
    try {
      HostParts parts = HostParts.in(runtime.newFolder("host"));
      return new ContainerRoot(
          RootFileSystem.overlayShowing(parts.frame(), TOP), parts.mounts(), null);
    } catch (IOException e) {
      throw new UncheckedIOException("the root of the container cannot be made: " + e, e);
    }
  }

  private static Bundle bundle(RootSource.Bundle bundle) {
    try {
      return Bundle.open(existing(bundle.folder()));
    } catch (IOException e) {
      throw new UsageException("the bundle " + bundle.folder() + " cannot be read: " + e);
    }
  }

  private static Path existing(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new UsageException(
          folder + (Files.exists(folder) ? " is not a folder" : " does not exist"));
    }
    return folder;
  }

  @Override
  public void close() {
    files.close();
  }
}
