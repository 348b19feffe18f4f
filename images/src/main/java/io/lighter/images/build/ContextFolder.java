package io.lighter.images.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.images.compression.Compression;
import io.lighter.images.dockerfile.IgnoreRules;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.overlay.archive.ArchiveExtractor;
import io.lighter.overlay.archive.ExtractionOptions;
import io.lighter.overlay.archive.SpecialFiles;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The files of a context, open. Thread-safe once its rules are set. */
final class ContextFolder implements AutoCloseable {
  private static final int FOLDER = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
  private static final int LARGEST = 16 << 20;

  private final Linux linux;
  private final String name;
  private final Fd root;
  private final Runnable release;
  private volatile IgnoreRules ignored = IgnoreRules.NONE;

  private ContextFolder(Linux linux, String name, Fd root, Runnable release) {
    this.linux = linux;
    this.name = name;
    this.root = root;
    this.release = release;
  }

  /**
   * Opens a context.
   *
   * @param name what messages call it
   * @throws BuildException when it cannot be opened
   */
  static ContextFolder open(ImageStore store, Lease lease, BuildContext context, String name)
      throws IOException {
    Linux linux = store.linux();
    return switch (context) {
      case BuildContext.Folder folder -> {
        try {
          Fd root = linux.files().openat(Fd.WORKING_FOLDER, folder.path().toString(), FOLDER, 0);
          yield new ContextFolder(linux, name, root, root::close);
        } catch (LinuxException e) {
          throw new BuildException(
              name + ", " + folder.path() + ", cannot be opened: " + e.getMessage(), e);
        }
      }
      case BuildContext.Archive archive -> extracted(store, lease, archive.tar(), name);
      case BuildContext.None _ -> {
        Scratch scratch = new Scratch(store, lease);
        yield of(linux, scratch, name);
      }
      case BuildContext.Image image ->
          throw new IllegalArgumentException("an image is no folder: " + image);
    };
  }

  private static ContextFolder of(Linux linux, Scratch scratch, String name) {
    Fd root = scratch.folder("context");
    return new ContextFolder(
        linux,
        name,
        root,
        () -> {
          root.close();
          scratch.close();
        });
  }

  private static ContextFolder extracted(
      ImageStore store, Lease lease, InputStream tar, String name) throws IOException {
    Scratch scratch = new Scratch(store, lease);
    ContextFolder context = of(store.linux(), scratch, name);
    try {
      ExtractionOptions options =
          ExtractionOptions.FILES.withDevices(SpecialFiles.REFUSE).withFifos(SpecialFiles.CREATE);
      new ArchiveExtractor(store.linux(), options)
          .extract(Compression.decompress(tar), context.root);
      return context;
    } catch (IOException | RuntimeException e) {
      context.close();
      throw e;
    }
  }

  Fd root() {
    return root;
  }

  String name() {
    return name;
  }

  IgnoreRules ignored() {
    return ignored;
  }

  void ignore(IgnoreRules rules) {
    ignored = rules;
  }

  /**
   * Reads a small text file of the context, null when it is not there.
   *
   * @throws BuildException when it is no file, or larger than 16 MiB
   */
  @Nullable String read(String path) {
    Files files = linux.files();
    int flags = Fcntl.O_RDONLY | Fcntl.O_NONBLOCK | Fcntl.O_NOCTTY;
    try (Arena arena = Arena.ofConfined();
        Fd file = files.openat2(root, path, flags, 0, Fcntl.RESOLVE_IN_ROOT)) {
      FileStatus status = new FileStatus(arena);
      files.statx(file, status);
      if (!status.isRegularFile() || status.size() > LARGEST) {
        throw new BuildException(path + " of " + name + " is no text file of at most 16 MiB");
      }
      MemorySegment bytes = arena.allocate(Math.max(1, status.size()));
      long length = 0;
      while (length < status.size()) {
        long read = files.pread(file, bytes.asSlice(length), length);
        if (read == 0) {
          break;
        }
        length += read;
      }
      return new String(bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), UTF_8);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return null;
      }
      throw new BuildException(path + " of " + name + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    release.run();
  }
}
