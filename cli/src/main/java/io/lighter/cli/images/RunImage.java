package io.lighter.cli.images;

import io.lighter.cli.options.PullPolicy;
import io.lighter.cli.options.RootSource;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.Platform;
import io.lighter.images.manifest.ImageConfig;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.store.ImageLookup;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.runtime.RootFileSystem;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The image of a run, whose layers stay in the store while it is open, whoever removes it. */
public final class RunImage implements AutoCloseable {
  private final ImageStore store;
  private final ImageRecord image;
  private final ImageConfig config;
  private final Lease lease;

  private RunImage(ImageStore store, ImageRecord image, ImageConfig config, Lease lease) {
    this.store = store;
    this.image = image;
    this.config = config;
    this.lease = lease;
  }

  /**
   * Finds the image, and fetches it where it is asked for or missing.
   *
   * @param session its output gets what is said of fetching
   * @throws ImageException when there is none, or it is for another platform
   */
  public static RunImage open(ImageSession session, RootSource.Image source) throws IOException {
    ImageStore store = session.store();
    Lease lease = store.lease();
    try {
      ImageRecord image = find(session, store, source);
      if (image.diffIds().isEmpty()) {
        throw new ImageException("the image " + source.name() + " has no files to run");
      }
      for (Digest diffId : image.diffIds()) {
        lease.keepLayer(diffId);
      }
      return new RunImage(store, image, store.config(image), lease);
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private static ImageRecord find(ImageSession session, ImageStore store, RootSource.Image source)
      throws IOException {
    if (source.pull() != PullPolicy.ALWAYS) {
      ImageLookup.Found found = new ImageLookup(store).findOrNull(source.name());
      if (found != null && suits(store, found.image(), source.platform())) {
        return found.image();
      }
      if (source.pull() == PullPolicy.NEVER) {
        throw new ImageException(
            found == null
                ? "No such image: " + Reference.parse(source.name()).familiar()
                : "the image "
                    + source.name()
                    + " is there, and not for "
                    + source.platform()
                    + "; --pull never forbids to fetch it");
      }
      if (!source.quiet() && found == null) {
        session
            .out()
            .println(
                "Unable to find image '" + Reference.parse(source.name()).familiar() + "' locally");
      }
    }
    Platform platform = source.platform() == null ? Platform.local() : source.platform();
    try (Registries registries = RegistryAccess.open(session)) {
      Reference name = Reference.parse(source.name());
      return PullCommand.pull(session, store, registries, platform, name, source.quiet()).image();
    }
  }

  private static boolean suits(ImageStore store, ImageRecord image, @Nullable Platform platform)
      throws IOException {
    return platform == null || platform.suitability(store.config(image).platform()) > 0;
  }

  /** What the image says. */
  public ImageConfig config() {
    return config;
  }

  /** Its id. */
  public Digest id() {
    return image.id();
  }

  /** Opens its layers as the root of a container. */
  public RootFileSystem openRoot() {
    return new RootFileSystem.Overlay(store.layers().open(image.diffIds()));
  }

  @Override
  public void close() {
    lease.close();
  }
}
