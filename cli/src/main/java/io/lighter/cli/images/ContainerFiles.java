package io.lighter.cli.images;

import io.lighter.cli.run.StateFolder;
import io.lighter.cli.running.RunningContainer;
import io.lighter.cli.running.RunningContainers;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.LinuxException;
import io.lighter.overlay.LayerStack;
import io.lighter.overlay.WritableLayer;
import java.io.IOException;
import java.nio.file.Path;

/** The layers of a container that runs, opened to be looked at. */
record ContainerFiles(
    RunningContainer container,
    ImageRecord image,
    LayerStack layers,
    WritableLayer writable,
    Fd folder)
    implements AutoCloseable {

  /**
   * Opens them.
   *
   * @throws ImageException when no such container runs
   */
  static ContainerFiles open(ImageSession session, ImageStore store, String name)
      throws IOException {
    Path state = new StateFolder(session.variables(), session.folder()).ofRoot();
    RunningContainer container = new RunningContainers(session.linux(), state).find(name);
    Digest id = container.image();
    Path place = container.layer();
    if (id == null || place == null) {
      throw new ImageException(
          "the container " + name + " runs on files of the host: it has no image under it");
    }
    ImageRecord image = store.get(id);
    if (image == null) {
      throw new ImageException(
          "the image of the container " + name + " has been removed from the store");
    }
    LayerStack layers = store.layers().open(image.diffIds());
    Fd folder = null;
    try {
      folder =
          session
              .linux()
              .files()
              .openat(
                  Fd.WORKING_FOLDER,
                  String.valueOf(place.getParent()),
                  Fcntl.O_PATH | Fcntl.O_DIRECTORY,
                  0);
      WritableLayer writable =
          WritableLayer.open(session.linux(), folder, String.valueOf(place.getFileName()));
      return new ContainerFiles(container, image, layers, writable, folder);
    } catch (LinuxException e) {
      layers.close();
      if (folder != null) {
        folder.close();
      }
      throw new ImageException("the container " + name + " has ended: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    writable.close();
    folder.close();
    layers.close();
  }
}
