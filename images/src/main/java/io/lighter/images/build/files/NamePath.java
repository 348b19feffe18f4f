package io.lighter.images.build.files;

import io.lighter.linux.Name;
import java.util.Arrays;

/** Paths of exact bytes, relative to a root; the root itself is the empty path. */
final class NamePath {
  static final Name ROOT = Name.of("");
  private static final Name SELF = Name.of(".");

  private NamePath() {}

  static Name join(Name folder, Name name) {
    if (folder.length() == 0) {
      return name;
    }
    if (name.length() == 0) {
      return folder;
    }
    byte[] bytes = new byte[folder.length() + 1 + name.length()];
    System.arraycopy(folder.toBytes(), 0, bytes, 0, folder.length());
    bytes[folder.length()] = '/';
    System.arraycopy(name.toBytes(), 0, bytes, folder.length() + 1, name.length());
    return Name.of(bytes);
  }

  /** The path as system calls take it. */
  static Name forCall(Name path) {
    return path.length() == 0 ? SELF : path;
  }

  static Name parent(Name path) {
    byte[] bytes = path.toBytes();
    int slash = lastSlash(bytes);
    return slash < 0 ? ROOT : Name.of(Arrays.copyOf(bytes, slash));
  }

  static Name last(Name path) {
    byte[] bytes = path.toBytes();
    int slash = lastSlash(bytes);
    return Name.of(Arrays.copyOfRange(bytes, slash + 1, bytes.length));
  }

  private static int lastSlash(byte[] bytes) {
    int slash = bytes.length - 1;
    while (slash >= 0 && bytes[slash] != '/') {
      slash--;
    }
    return slash;
  }
}
