package io.lighter.overlay;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FolderRemoval;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Layers and writable layers in a folder of a test's own. */
final class Scratch implements AutoCloseable {
  final Linux linux;
  final Path folder;
  final Fd parent;
  private final Arena arena = Arena.ofConfined();

  Scratch(Linux linux, Path folder) {
    this.linux = linux;
    this.folder = folder;
    this.parent =
        linux
            .files()
            .openat(Fd.WORKING_FOLDER, folder.toString(), Fcntl.O_RDONLY | Fcntl.O_DIRECTORY, 0);
  }

  /** Makes a layer of files whose content is their layer's name. */
  Path layer(String name, String... files) throws IOException {
    Path layer = folder.resolve(name);
    Files.createDirectories(layer);
    for (String file : files) {
      Path path = layer.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, name);
    }
    return layer;
  }

  /** Makes layers, the uppermost first, each with a file of its own and one that all have. */
  List<Path> layers(int count) throws IOException {
    List<Path> layers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      layers.add(layer("layer-" + i, "own-" + i, "common"));
    }
    return layers;
  }

  WritableLayer writable(LayerStack stack) {
    return WritableLayer.create(linux, parent, "container", stack.root());
  }

  void remove(WritableLayer writable) {
    writable.remove(new FolderRemoval(linux, arena));
  }

  /** Returns the root of a mount that hangs nowhere, as a path of this process. */
  static Path root(Fd mount) {
    return Path.of(mount.procPath() + "/.");
  }

  static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public void close() {
    parent.close();
    arena.close();
  }
}
