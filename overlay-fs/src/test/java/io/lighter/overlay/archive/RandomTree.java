package io.lighter.overlay.archive;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.DeviceNumber;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import io.lighter.linux.Stat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes files of all kinds at random, the same for the same seed. */
final class RandomTree {
  private final Linux linux = Linux.kernel();
  private final Random random;
  private final boolean userXattrs;
  private final boolean whiteouts;
  private final List<Name> files = new ArrayList<>();

  RandomTree(long seed, boolean userXattrs, boolean whiteouts) {
    this.random = new Random(seed);
    this.userXattrs = userXattrs;
    this.whiteouts = whiteouts;
  }

  void fill(Fd root) {
    try (Arena arena = Arena.ofConfined()) {
      fill(root, root, "", 0, arena);
      finish(root, Name.of("."), false, arena);
    }
  }

  private void fill(Fd root, Fd folder, String path, int depth, Arena arena) {
    int count = 2 + random.nextInt(9);
    for (int i = 0; i < count; i++) {
      Name name = Name.of(TarBytes.latin1(randomName(i)));
      String full = path + (path.isEmpty() ? "" : "/") + latin1(name);
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> file(folder, name, full, arena);
        case 3 -> {
          linux.files().symlinkat(Name.of(TarBytes.latin1(randomName(i))), folder, name);
          files.add(Name.of(TarBytes.latin1(full)));
        }
        case 4 -> linux.files().mknodat(folder, name, Fcntl.S_IFIFO | 0600, 0);
        case 5 -> {
          long device =
              whiteouts && depth % 2 == 0 && random.nextBoolean()
                  ? 0
                  : DeviceNumber.of(1 + random.nextInt(4000), random.nextInt(1 << 20));
          linux.files().mknodat(folder, name, Fcntl.S_IFCHR | 0600, device);
          if (device == 0) {
            continue;
          }
        }
        case 6 -> {
          if (files.isEmpty()) {
            continue;
          }
          Name target = files.get(random.nextInt(files.size()));
          linux.files().linkat(root, target, folder, name, 0);
          continue;
        }
        default -> {
          linux.files().mkdirat(folder, name, 0700);
          if (depth < 4) {
            try (Fd inner = linux.files().openat(folder, name, Fcntl.O_RDONLY, 0)) {
              fill(root, inner, full, depth + 1, arena);
            }
          }
        }
      }
      // No whiteouts in opaque folders, where they would hide nothing.
      finish(folder, name, depth % 2 == 0, arena);
    }
  }

  private String randomName(int i) {
    StringBuilder name = new StringBuilder().append((char) ('a' + i));
    int length = random.nextInt(4) == 0 ? random.nextInt(250) : random.nextInt(12);
    for (int j = 0; j < length; j++) {
      char next = (char) (1 + random.nextInt(255));
      name.append(next == '/' || random.nextBoolean() ? 'x' : next);
    }
    return name.toString();
  }

  private static String latin1(Name name) {
    return new String(name.toBytes(), StandardCharsets.ISO_8859_1);
  }

  private void file(Fd folder, Name name, String full, Arena arena) {
    files.add(Name.of(TarBytes.latin1(full)));
    int flags = Fcntl.O_CREAT | Fcntl.O_EXCL | Fcntl.O_WRONLY;
    try (Fd file = linux.files().openat(folder, name, flags, 0600)) {
      boolean large = random.nextInt(10) == 0;
      int parts = large ? 1 + random.nextInt(3) : 1;
      for (int i = 0; i < parts; i++) {
        byte[] content = new byte[random.nextInt(large ? 300_000 : 3000)];
        random.nextBytes(content);
        MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, content);
        if (content.length > 0) {
          linux.files().write(file, bytes);
        }
        if (large) {
          linux.files().lseek(file, random.nextInt(3_000_000), Stat.SEEK_CUR);
        }
      }
      if (large) {
        linux.files().ftruncate(file, 4_000_000L * parts);
      }
    }
  }

  private void finish(Fd folder, Name name, boolean mayBeOpaque, Arena arena) {
    long uid = random.nextInt(3) == 0 ? random.nextInt(Integer.MAX_VALUE) * 2L : 0;
    try (Fd file = linux.files().openat(folder, name, Fcntl.O_PATH | Fcntl.O_NOFOLLOW, 0)) {
      linux.files().fchownat(file, "", uid, random.nextInt(70_000), Fcntl.AT_EMPTY_PATH);
      FileStatus status = new FileStatus(arena);
      linux.files().statx(file, status);
      boolean isLink = status.isSymbolicLink();
      if (!isLink) {
        linux.files().fchmod(file, random.nextInt(010000));
      }
      if (random.nextInt(4) == 0) {
        xattr(file, "trusted.t%=" + random.nextInt(100), arena);
        if (userXattrs && (status.isRegularFile() || status.isFolder())) {
          xattr(file, "user.u", arena);
        }
      }
      if (status.isRegularFile() && random.nextInt(5) == 0) {
        MemorySegment caps = arena.allocateFrom(JAVA_BYTE, ExtractionTestBase.CAP_SETUID);
        linux.xattrs().fsetxattr(file, "security.capability", caps, 0);
      }
      if (status.isFolder() && whiteouts && mayBeOpaque && random.nextInt(6) == 0) {
        MemorySegment y = arena.allocateFrom(JAVA_BYTE, (byte) 'y');
        linux.xattrs().fsetxattr(file, "trusted.overlay.opaque", y, 0);
      }
      long seconds = random.nextInt(5) == 0 ? -random.nextInt(1 << 30) : random.nextInt();
      int nanos = random.nextBoolean() ? 0 : random.nextInt(1_000_000_000);
      linux
          .files()
          .utimensat(file, "", 0, Stat.UTIME_OMIT, Math.abs(seconds), nanos, Fcntl.AT_EMPTY_PATH);
    }
  }

  private void xattr(Fd file, String name, Arena arena) {
    byte[] value = new byte[random.nextInt(100)];
    random.nextBytes(value);
    MemorySegment bytes = arena.allocate(Math.max(value.length, 1)).asSlice(0, value.length);
    bytes.copyFrom(MemorySegment.ofArray(value));
    linux.xattrs().fsetxattr(file, name, bytes, 0);
  }
}
