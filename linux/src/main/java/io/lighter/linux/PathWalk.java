package io.lighter.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * openat2(2) where it is missing: the path is walked here, one component at a time, each opened
 * relative to the one before and never followed by the kernel (O_PATH, O_NOFOLLOW). A link is read
 * and its text walked in the same way; {@code ..} goes back to the folder that the walk came from,
 * not to whatever is above by now. So nothing that is renamed meanwhile leads out.
 *
 * <p>What is lost: speed, and magic links of procfs are refused under every rule.
 *
 * <p>One walk, one thread.
 */
final class PathWalk implements AutoCloseable {
  /** As many links as the kernel follows in one path: MAXSYMLINKS of {@code <linux/namei.h>}. */
  private static final int MOST_LINKS = 40;

  private static final int LOOK = Fcntl.O_PATH | Fcntl.O_NOFOLLOW;
  private static final long KNOWN =
      Fcntl.RESOLVE_NO_XDEV
          | Fcntl.RESOLVE_NO_MAGICLINKS
          | Fcntl.RESOLVE_NO_SYMLINKS
          | Fcntl.RESOLVE_BENEATH
          | Fcntl.RESOLVE_IN_ROOT;

  private final Files files;
  private final Fd top;
  private final Name path;
  private final int flags;
  private final int mode;
  private final long resolve;

  private final Arena arena = Arena.ofConfined();
  private final FileStatus status = new FileStatus(arena);
  private final MemorySegment target = arena.allocate(CallMemory.PATH_MAX);
  private final Deque<Name> rest = new ArrayDeque<>();

  /** The folders between the top and where the walk is. */
  private final List<Fd> opened = new ArrayList<>();

  private int links;
  private boolean needsFolder;
  private long mount;

  /** Prepares a walk; the arguments are those of {@link Files#openat2}. */
  PathWalk(Files files, Fd top, Name path, int flags, int mode, long resolve) {
    this.files = files;
    this.top = top;
    this.path = path;
    this.flags = flags;
    this.mode = mode;
    this.resolve = resolve;
  }

  /** Walks, and opens what is at the end. */
  Fd open() {
    if ((resolve & ~KNOWN) != 0) {
      throw failed(Errno.EINVAL);
    }
    if (path.length() == 0) {
      throw failed(Errno.ENOENT);
    }
    if (has(Fcntl.RESOLVE_NO_XDEV)) {
      files.statx(top, status);
      mount = status.mountId();
    }
    push(path);
    while (!rest.isEmpty()) {
      Name component = rest.pop();
      if (!rest.isEmpty()) {
        step(component);
        continue;
      }
      Fd found = last(component);
      if (found != null) {
        return found;
      }
    }
    return files.openat(here(), ".", flags | Fcntl.O_NOFOLLOW, mode);
  }

  private boolean has(long rule) {
    return (resolve & rule) != 0;
  }

  private Fd here() {
    return opened.isEmpty() ? top : opened.getLast();
  }

  /** Puts the components of a path before what is still to be walked. */
  private void push(Name text) {
    byte[] bytes = text.toBytes();
    if (bytes.length > 0 && bytes[0] == '/') {
      if (!has(Fcntl.RESOLVE_IN_ROOT)) {
        throw failed(Errno.EXDEV);
      }
      leave(0);
    }
    List<Name> components = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == '/') {
        if (i > start) {
          components.add(Name.wrap(MemorySegment.ofArray(bytes), start, i - start));
        }
        start = i + 1;
      }
    }
    if (rest.isEmpty()) {
      needsFolder |= bytes.length > 0 && bytes[bytes.length - 1] == '/';
    }
    for (int i = components.size() - 1; i >= 0; i--) {
      rest.push(components.get(i));
    }
  }

  private void leave(int depth) {
    while (opened.size() > depth) {
      opened.removeLast().close();
    }
  }

  /** Returns whether a component was dots, and goes where they lead. */
  private boolean dots(Name name) {
    if (name.contentEquals(".")) {
      return true;
    }
    if (!name.contentEquals("..")) {
      return false;
    }
    if (opened.isEmpty() && !has(Fcntl.RESOLVE_IN_ROOT)) {
      throw failed(Errno.EXDEV);
    }
    leave(Math.max(0, opened.size() - 1));
    return true;
  }

  /** Goes through a component that has others behind it. */
  private void step(Name name) {
    if (dots(name)) {
      return;
    }
    Fd next = look(name);
    if (status.isSymbolicLink()) {
      follow(next);
    } else if (!status.isFolder()) {
      next.close();
      throw failed(Errno.ENOTDIR);
    } else {
      opened.add(next);
    }
  }

  /** Opens a component as it is, and asks what it is. */
  private Fd look(Name name) {
    Fd found = files.openat(here(), name, LOOK, 0);
    try {
      files.statx(found, status);
      if (has(Fcntl.RESOLVE_NO_XDEV) && status.mountId() != mount) {
        throw failed(Errno.EXDEV);
      }
      return found;
    } catch (RuntimeException e) {
      found.close();
      throw e;
    }
  }

  private void follow(Fd link) {
    try (link) {
      if (has(Fcntl.RESOLVE_NO_SYMLINKS) || ++links > MOST_LINKS) {
        throw failed(Errno.ELOOP);
      }
      int length = files.readlinkat(link, Name.of(""), target);
      Name text = Name.wrap(target, 0, length);
      if (isMagic(link, text)) {
        throw failed(Errno.ELOOP);
      }
      push(text);
    }
  }

  /** The links of procfs that are not what they say: those to its own files are relative. */
  private boolean isMagic(Fd link, Name text) {
    FileSystemStatus system = new FileSystemStatus(arena);
    files.fstatfs(link, system);
    String shown = text.toString();
    return system.type() == FileSystemMagic.PROC_SUPER_MAGIC
        && (shown.startsWith("/") || shown.startsWith("anon_inode:") || shown.contains(":["));
  }

  /** Opens the last component; returns null when it was dots, or a link whose text is pushed. */
  private @Nullable Fd last(Name name) {
    if (dots(name)) {
      return null;
    }
    int wanted = flags | Fcntl.O_NOFOLLOW | (needsFolder ? Fcntl.O_DIRECTORY : 0);
    Fd found;
    try {
      found = look(name);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT && (flags & Fcntl.O_CREAT) != 0) {
        return files.openat(here(), name, wanted, mode);
      }
      throw e;
    }
    boolean exclusive = (flags & Fcntl.O_CREAT) != 0 && (flags & Fcntl.O_EXCL) != 0;
    boolean kept = (flags & Fcntl.O_NOFOLLOW) != 0 && !needsFolder;
    if (status.isSymbolicLink() && !kept && !exclusive) {
      follow(found);
      return null;
    }
    boolean folder = needsFolder || (flags & Fcntl.O_DIRECTORY) != 0;
    if ((flags & Fcntl.O_PATH) != 0 && (!folder || status.isFolder())) {
      return found;
    }
    found.close();
    // Opened once more as it is wanted: a link that takes its place now is ELOOP.
    return files.openat(here(), name, wanted, mode);
  }

  private LinuxException failed(int errno) {
    String how = Long.toHexString(resolve);
    return LinuxException.of(
        SystemCall.OPENAT2, errno, "openat2(" + top + ", \"" + path + "\", resolve=0x" + how + ")");
  }

  @Override
  public void close() {
    leave(0);
    arena.close();
  }
}
