package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupTree;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FolderRemoval;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The folder and the cgroup of one running {@link ContainerRuntime}, under a name of its own.
 *
 * <p>A lock on a file in the folder says that its owner lives: the kernel drops it however the
 * owner ends. So the next runtime that starts over the same state folder finds what a killed one
 * left behind, ends its processes, and removes its cgroups and layers.
 */
final class InstanceFolder implements AutoCloseable {
  private static final String LOCK = "lock";
  private static final String LAYERS = "layers";
  private static final String EMPTY = "empty";
  private static final String INIT = "init";
  private static final int NAME_LENGTH = 24;
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{" + NAME_LENGTH + "}");
  private static final Duration ENDING = Duration.ofSeconds(10);

  private final Linux linux;
  private final Path stateFolder;
  private final String name;
  private final FileChannel lock;
  private final Fd layers;
  private final @Nullable Cgroup cgroup;

  private InstanceFolder(
      Linux linux,
      Path stateFolder,
      String name,
      FileChannel lock,
      Fd layers,
      @Nullable Cgroup cgroup) {
    this.linux = linux;
    this.stateFolder = stateFolder;
    this.name = name;
    this.lock = lock;
    this.layers = layers;
    this.cgroup = cgroup;
  }

  /**
   * Makes the folder and the cgroup, and removes those of owners that have died.
   *
   * @param tree null where there shall be no cgroup
   * @param cgroupPath null where there shall be no cgroup
   */
  static InstanceFolder create(
      Linux linux, Path stateFolder, @Nullable CgroupTree tree, @Nullable String cgroupPath) {
    try {
      PrivateFolder.ensure(linux, stateFolder);
      Cgroup parent = tree == null || cgroupPath == null ? null : openOrCreate(tree, cgroupPath);
      try (parent) {
        sweep(linux, stateFolder, parent);
        String name = ContainerId.random().substring(0, NAME_LENGTH);
        Path folder = stateFolder.resolve(name);
        PrivateFolder.make(folder);
        FileChannel lock = lock(folder);
        if (lock == null) {
          throw new IllegalStateException("somebody else has locked " + folder);
        }
        PrivateFolder.make(folder.resolve(LAYERS));
        Files.createDirectory(
            folder.resolve(EMPTY),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
        Fd layers =
            linux
                .files()
                .openat(
                    Fd.WORKING_FOLDER,
                    folder.resolve(LAYERS).toString(),
                    Fcntl.O_PATH | Fcntl.O_DIRECTORY,
                    0);
        Cgroup cgroup = parent == null ? null : parent.create(name);
        return new InstanceFolder(linux, stateFolder, name, lock, layers, cgroup);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the state folder " + stateFolder + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static Cgroup openOrCreate(CgroupTree tree, String path) {
    Cgroup existing = tree.openIfExists(path);
    return existing != null ? existing : tree.create(path);
  }

  /** Returns the lock, or null when its owner lives. */
  private static @Nullable FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock held = null;
    try {
      held = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Another runtime of this very JVM.
      held = null;
    }
    if (held == null) {
      channel.close();
      return null;
    }
    return channel;
  }

  private static void sweep(Linux linux, Path stateFolder, @Nullable Cgroup parent)
      throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(stateFolder)) {
      for (Path folder : folders) {
        String name = String.valueOf(folder.getFileName());
        // Others keep things beside us, and what is theirs may have a lock of that name, too.
        boolean ofRuntime = NAME.matcher(name).matches() && Files.isDirectory(folder);
        if (!ofRuntime || !Files.exists(folder.resolve(LOCK))) {
          continue;
        }
        try (FileChannel owned = lock(folder)) {
          if (owned != null) {
            removeCgroup(parent == null ? null : parent.openIfExists(name));
            removeFolder(linux, stateFolder, name);
          }
        }
      }
    }
  }

  private static void removeCgroup(@Nullable Cgroup cgroup) {
    if (cgroup != null) {
      try (cgroup) {
        cgroup.kill();
        cgroup.remove(ENDING);
      }
    }
  }

  private static void removeFolder(Linux linux, Path stateFolder, String name) {
    try (Arena arena = Arena.ofConfined();
        Fd parent =
            linux
                .files()
                .openat(
                    Fd.WORKING_FOLDER,
                    stateFolder.toString(),
                    Fcntl.O_RDONLY | Fcntl.O_DIRECTORY,
                    0)) {
      new FolderRemoval(linux, arena).remove(parent, name);
    }
  }

  /** Returns the folder in which writable layers are made. */
  Fd layers() {
    return layers;
  }

  /** Returns where that folder lies. */
  Path layersFolder() {
    return folder().resolve(LAYERS);
  }

  /** Returns the name, unique among all instances. */
  String name() {
    return name;
  }

  /** Returns the folder itself. */
  Path folder() {
    return stateFolder.resolve(name);
  }

  /** Makes a folder for one start, which goes with the instance. */
  Path newFolder(String start) {
    try {
      Path made = folder().resolve("start-" + start);
      PrivateFolder.make(made);
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the state folder " + stateFolder + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Returns an empty folder, which masks folders of a container. */
  String emptyFolder() {
    return stateFolder.resolve(name).resolve(EMPTY).toString();
  }

  /**
   * Returns the executable that is process 1 of containers which want an init. It is written when
   * it is first asked for.
   *
   * <p>A file of each runtime's own, so that the container which manages to change it changes no
   * other runtime's. Not a memfd, which would leave nothing behind: the kernel clones no mount that
   * is in no mount namespace, so that it cannot be bound (open_tree(2), EINVAL; tried on 6.18).
   */
  synchronized Path init() {
    Path init = stateFolder.resolve(name).resolve(INIT);
    try {
      if (!Files.exists(init)) {
        ContainerInit.writeTo(init);
      }
      return init;
    } catch (IOException e) {
      throw new UncheckedIOException("the init cannot be written to " + init + ": " + e, e);
    }
  }

  /** Returns the cgroup below which those of the containers are made, or null without one. */
  @Nullable Cgroup cgroup() {
    return cgroup;
  }

  @Override
  public void close() {
    layers.close();
    removeCgroup(cgroup);
    removeFolder(linux, stateFolder, name);
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing the lock of " + name, e);
    }
  }
}
