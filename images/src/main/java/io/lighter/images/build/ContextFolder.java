package io.lighter.images.build;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The files of a context, open. Thread-safe once its rules are set. */
final class ContextFolder implements AutoCloseable {
  private static final int FOLDER = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
  private static final String CONTEXT = "context";
  private static final int LARGEST = 16 << 20;

  private final Linux linux;
  private final String name;
  private final @Nullable String onlyFile;
  private final Fd root;
  private final Runnable release;
  private volatile IgnoreRules ignored = IgnoreRules.NONE;

  private ContextFolder(
      Linux linux, String name, @Nullable String onlyFile, Fd root, Runnable release) {
    this.linux = linux;
    this.name = name;
    this.onlyFile = onlyFile;
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
          yield new ContextFolder(linux, name, null, root, root::close);
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
      case BuildContext.Git git -> {
        Scratch scratch = new Scratch(store, lease);
        yield fetched(of(linux, scratch, name), () -> ContextFetch.git(scratch, CONTEXT, git));
      }
      case BuildContext.Web web -> web(store, lease, web.url(), name);
      case BuildContext.Layout layout ->
          throw new IllegalArgumentException("an image is no folder: " + layout);
      case BuildContext.Image image ->
          throw new IllegalArgumentException("an image is no folder: " + image);
    };
  }

  private static ContextFolder of(Linux linux, Scratch scratch, String name) {
    Fd root = scratch.folder(CONTEXT);
    return new ContextFolder(
        linux,
        name,
        null,
        root,
        () -> {
          root.close();
          scratch.close();
        });
  }

  /** What fills a folder. */
  @FunctionalInterface
  private interface Filling {
    void fill() throws IOException;
  }

  private static ContextFolder fetched(ContextFolder context, Filling filling) throws IOException {
    try {
      filling.fill();
      return context;
    } catch (IOException | RuntimeException e) {
      context.close();
      throw e;
    }
  }

  private static ContextFolder extracted(
      ImageStore store, Lease lease, InputStream tar, String name) throws IOException {
    ContextFolder context = of(store.linux(), new Scratch(store, lease), name);
    return fetched(context, () -> ContextFetch.extract(store.linux(), tar, context.root));
  }

  private static ContextFolder web(ImageStore store, Lease lease, String url, String name)
      throws IOException {
    ContextFolder context = of(store.linux(), new Scratch(store, lease), name);
    boolean[] archive = new boolean[1];
    fetched(context, () -> archive[0] = ContextFetch.http(store, lease, context.root, url));
    return archive[0]
        ? context
        : new ContextFolder(
            context.linux, name, ContextFetch.ONLY_FILE, context.root, context.release);
  }

  /** The file that is all there is, and the Dockerfile; null when there may be others. */
  @Nullable String onlyFile() {
    return onlyFile;
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
