package io.lighter.overlay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Fd;
import io.lighter.linux.Name;
import io.lighter.linux.Xattrs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Compares the extended attributes of files, without the notes of overlayfs. Not thread-safe. */
final class FolderAttributes {
  private final Xattrs xattrs;
  private final OverlayAttributes own;
  private final MemorySegment list;
  private final MemorySegment value;
  private final MemorySegment otherValue;
  private final Name attribute;

  FolderAttributes(Xattrs xattrs, OverlayAttributes own, Arena arena) {
    this.xattrs = xattrs;
    this.own = own;
    this.list = arena.allocate(Xattrs.MAX_SIZE);
    this.value = arena.allocate(Xattrs.MAX_SIZE);
    this.otherValue = arena.allocate(Xattrs.MAX_SIZE);
    this.attribute = Name.wrap(list, 0, 0);
  }

  /** Returns whether two open files have the same attributes with the same values. */
  boolean same(Fd file, Fd other) {
    return count(other) == countEqual(file, other);
  }

  private int count(Fd file) {
    int size = xattrs.flistxattr(file, list);
    int count = 0;
    for (int at = 0; at < size; at = next(at)) {
      moveTo(at);
      count += own.isOwn(attribute) ? 0 : 1;
    }
    return count;
  }

  /** Returns how many attributes are equal, or -1 when one is not. */
  private int countEqual(Fd file, Fd other) {
    int size = xattrs.flistxattr(file, list);
    int count = 0;
    for (int at = 0; at < size; at = next(at)) {
      moveTo(at);
      if (!own.isOwn(attribute)) {
        if (!sameValue(file, other)) {
          return -1;
        }
        count++;
      }
    }
    return count;
  }

  private boolean sameValue(Fd file, Fd other) {
    int size = xattrs.fgetxattr(file, attribute, value);
    return size == xattrs.fgetxattr(other, attribute, otherValue)
        && (size <= 0 || MemorySegment.mismatch(value, 0, size, otherValue, 0, size) < 0);
  }

  private void moveTo(int at) {
    attribute.moveTo(list, at, next(at) - 1 - at);
  }

  private int next(int at) {
    int end = at;
    while (list.get(JAVA_BYTE, end) != 0) {
      end++;
    }
    return end + 1;
  }
}
