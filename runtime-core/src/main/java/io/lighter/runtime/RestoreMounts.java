package io.lighter.runtime;

import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.MountFlags;
import io.lighter.runtime.launch.CriuPlan;
import io.lighter.runtime.launch.LaunchInputs.BindInput;
import io.lighter.runtime.launch.LaunchInputs.TreeInput;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a container has of the host, where CRIU takes it from while it makes it again: each mount as
 * the specification wants it, read-only and the like included, at a place in the container's folder
 * of the store. The places are removed at the end; only CRIU has seen more there than them.
 */
final class RestoreMounts implements AutoCloseable {
  private static final String FOLDER = "restore";

  private final Linux linux;
  private final Path store;
  private final Path folder;
  private final DetachedTrees trees;
  private final List<CriuPlan.Placed> placed = new ArrayList<>();
  private final List<String> externals = new ArrayList<>();

  RestoreMounts(Linux linux, Path store, IdMapNamespaces idMaps) throws IOException {
    this.linux = linux;
    this.store = store;
    this.folder = store.resolve(FOLDER);
    this.trees = new DetachedTrees(linux, idMaps);
    PrivateFolder.make(folder);
  }

  /** Takes the root and all mounts. */
  void place(Spec spec, RootFileSystem.Folder root, HostMounts mounts, Fd cgroup)
      throws IOException {
    Fd top =
        trees.cutOff(
            linux.mounts().openTree(root.folder(), "", RootFileSystem.cloneFlags(true)),
            DetachedTrees.propagation(spec.linuxOrEmpty().rootfsPropagation()));
    put(top, root());
    new RestoreMountPoints(linux, root.folder()).make(spec);
    boolean readonly = spec.root() != null && spec.root().readonly();
    if (readonly) {
      linux.mounts().mountSetattr(top, 0, MountFlags.MOUNT_ATTR_RDONLY, 0, 0);
    }
    for (TreeInput tree : mounts.trees()) {
      Path place = folder.resolve(Integer.toString(placed.size()));
      put(trees.open(tree, top, cgroup), place);
      externals.add(HostMounts.external(tree.destination(), place.toString()));
      if (tree instanceof BindInput bind && bind.recursive()) {
        for (String rest : HostMounts.below(bind)) {
          externals.add(HostMounts.external(tree.destination() + rest, place + rest));
        }
      }
    }
    masks(mounts.masks());
  }

  /** As for a new container: a file is covered by the host's, a folder by an empty one. */
  private void masks(List<String> masks) throws IOException {
    if (masks.isEmpty()) {
      return;
    }
    Path file = folder.resolve("file");
    Path empty = folder.resolve("empty");
    put(readonly("/dev/null"), file);
    put(readonly(store.resolve("empty").toString()), empty);
    for (String mask : masks) {
      Path cover = Files.isDirectory(Path.of(mask)) ? empty : file;
      externals.add(HostMounts.external(mask, cover.toString()));
    }
  }

  private Fd readonly(String path) {
    Fd tree = linux.mounts().openTree(Fd.WORKING_FOLDER, path, MountFlags.OPEN_TREE_CLONE);
    linux.mounts().mountSetattr(tree, 0, MountFlags.MOUNT_ATTR_RDONLY, 0, MountFlags.MS_PRIVATE);
    return tree;
  }

  private void put(Fd tree, Path place) throws IOException {
    placed.add(new CriuPlan.Placed(tree, place));
    try (Arena arena = Arena.ofConfined()) {
      FileStatus status = new FileStatus(arena);
      linux.files().statx(tree, status);
      if (status.isFolder()) {
        PrivateFolder.make(place);
      } else {
        Files.createFile(place);
      }
    }
  }

  /** Where CRIU finds the root. */
  Path root() {
    return folder.resolve("root");
  }

  /** What is to be mounted at these places before CRIU is executed. */
  List<CriuPlan.Placed> placed() {
    return placed;
  }

  /** What CRIU is told of them. */
  List<String> externals() {
    return externals;
  }

  @Override
  public void close() {
    placed.forEach(mount -> mount.tree().close());
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList().reversed()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be removed", e);
    }
  }
}
