package io.lighter.overlay.archive;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.lighter.linux.Fcntl;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.Linux;
import io.lighter.linux.MissingCalls;
import io.lighter.linux.SystemCall;
import io.lighter.linux.SystemCalls;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The running kernel, and a list of the calls that resolve a path in any but the safe ways. */
final class WatchedKernel implements SystemCalls {
  private static final long SAFE = Fcntl.RESOLVE_IN_ROOT | Fcntl.RESOLVE_BENEATH;

  private final SystemCalls kernel = Linux.kernel().calls();
  final List<String> unsafe = new ArrayList<>();
  int watched;

  Linux linux() {
    return new Linux(this);
  }

  @Override
  public long call(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    switch (call) {
      case OPENAT2 -> {
        watched++;
        MemorySegment how = MemorySegment.ofAddress(a2).reinterpret(24);
        long resolve = how.get(JAVA_LONG, 16);
        if ((resolve & SAFE) == 0 || (resolve & Fcntl.RESOLVE_NO_MAGICLINKS) == 0) {
          // FolderRemoval refuses all links, magic ones among them.
          if ((resolve & SAFE) == 0 || (resolve & Fcntl.RESOLVE_NO_SYMLINKS) == 0) {
            unsafe.add("openat2 " + text(a1) + " resolve " + resolve);
          }
        }
      }
      case OPENAT -> requireName(call, a1, (a2 & Fcntl.O_NOFOLLOW) != 0);
      case STATX, FCHOWNAT, UTIMENSAT ->
          requireName(call, a1, isNotFollowed(call, text(a1), a2, a3, a4));
      case MKDIRAT, MKNODAT, UNLINKAT, READLINKAT -> requireName(call, a1, true);
      case SYMLINKAT -> requireName(call, a2, true);
      case LINKAT -> {
        requireName(call, a1, (a4 & Fcntl.AT_SYMLINK_FOLLOW) == 0);
        requireName(call, a3, true);
      }
      case RENAMEAT2 -> {
        requireName(call, a1, true);
        requireName(call, a3, true);
      }
      case FCHMODAT -> requireDescriptor(call, a1, false);
      case SETXATTR, GETXATTR, LISTXATTR, REMOVEXATTR -> requireDescriptor(call, a0, false);
      case LSETXATTR, LGETXATTR, LLISTXATTR, LREMOVEXATTR -> requireDescriptor(call, a0, true);
      case CHDIR, CHROOT, MOUNT, EXECVE, FACCESSAT, FACCESSAT2, STATFS ->
          unsafe.add("unexpected " + call);
      default -> {}
    }
    return kernel.call(call, a0, a1, a2, a3, a4, a5);
  }

  private static boolean isNotFollowed(SystemCall call, String path, long a2, long a3, long a4) {
    long flags = call == SystemCall.STATX ? a2 : call == SystemCall.FCHOWNAT ? a4 : a3;
    return path.isEmpty()
        ? (flags & Fcntl.AT_EMPTY_PATH) != 0
        : (flags & Fcntl.AT_SYMLINK_NOFOLLOW) != 0;
  }

  /** One name in an open folder, which is not followed. */
  private void requireName(SystemCall call, long path, boolean isNotFollowed) {
    watched++;
    String name = text(path);
    if (name.contains("/") || name.equals("..") || !isNotFollowed) {
      unsafe.add(call + " " + name);
    }
  }

  /** {@code /proc/self/fd/N}: the very file that is open, or one name in the folder that is. */
  private void requireDescriptor(SystemCall call, long path, boolean mayHaveName) {
    watched++;
    String name = text(path);
    if (!name.matches("/proc/self/fd/\\d+" + (mayHaveName ? "/[^/]+" : ""))
        || name.endsWith("/..")) {
      unsafe.add(call + " " + name);
    }
  }

  private static String text(long address) {
    MemorySegment text = MemorySegment.ofAddress(address).reinterpret(4096);
    return text.getString(0, StandardCharsets.ISO_8859_1);
  }

  @Override
  public long callCritical(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    return call(call, a0, a1, a2, a3, a4, a5);
  }

  @Override
  public long launch(LaunchImage image) {
    unsafe.add("launch");
    return kernel.launch(image);
  }

  @Override
  public MissingCalls missing() {
    return kernel.missing();
  }
}
