package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.List;

/**
 * Mounts, by descriptor: file systems are configured and mounted without a place, then moved.
 *
 * <p>A detached mount is gone when its descriptor is closed, unless it has been moved into a tree.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/mount_setattr.2.html">mount_setattr(2)</a>
 */
public final class Mounts extends CallGroup {
  /** Bytes of struct mount_attr: {@code <linux/mount.h>}. */
  private static final int MOUNT_ATTR_SIZE = 32;

  Mounts(SystemCalls calls) {
    super(calls);
  }

  /**
   * Opens a context in which a file system is configured. Linux 5.2.
   *
   * @param type such as {@code overlay}; an unknown one is ENODEV
   */
  public Fd fsopen(String type) {
    long name = CallMemory.get().path(type);
    return open(SystemCall.FSOPEN, name, MountFlags.FSOPEN_CLOEXEC, 0, 0, 0);
  }

  /**
   * Makes a file system and returns its mount, detached.
   *
   * @param options {@code key} or {@code key=value}
   * @param attributes MOUNT_ATTR_ bits of {@link MountFlags}
   * @throws LinuxException naming the call, or the option, that the kernel refuses; where the calls
   *     on contexts are missing, all options together
   */
  public Fd create(String type, List<String> options, long attributes) {
    if (lacksContexts()) {
      return new OldMounts(calls).create(type, options, attributes);
    }
    try (Fd context = fsopen(type)) {
      for (String option : options) {
        set(context, option);
      }
      create(context);
      return fsmount(context, attributes);
    }
  }

  /** Returns whether {@link #fsopen} and what belongs to it are missing. */
  public boolean lacksContexts() {
    return calls.missing().contains(SystemCall.FSOPEN);
  }

  /** Sets an option of the form {@code key} or {@code key=value}. */
  public void set(Fd context, String option) {
    int equals = option.indexOf('=');
    if (equals < 0) {
      setFlag(context, option);
    } else {
      setString(context, option.substring(0, equals), option.substring(equals + 1));
    }
  }

  /** Sets an option that has a value of at most 255 characters. */
  public void setString(Fd context, String key, String value) {
    CallMemory memory = CallMemory.get();
    long k = memory.path(key);
    long v = memory.secondPath(value);
    check(SystemCall.FSCONFIG, context.number(), MountFlags.FSCONFIG_SET_STRING, k, v, 0, 0);
  }

  /** Sets an option that has no value. */
  public void setFlag(Fd context, String key) {
    long k = CallMemory.get().path(key);
    check(SystemCall.FSCONFIG, context.number(), MountFlags.FSCONFIG_SET_FLAG, k, 0, 0, 0);
  }

  /** Sets an option whose value is an open file. */
  public void setFd(Fd context, String key, Fd value) {
    long k = CallMemory.get().path(key);
    check(
        SystemCall.FSCONFIG, context.number(), MountFlags.FSCONFIG_SET_FD, k, 0, value.number(), 0);
  }

  /** Makes the superblock as configured. */
  public void create(Fd context) {
    check(SystemCall.FSCONFIG, context.number(), MountFlags.FSCONFIG_CMD_CREATE, 0, 0, 0, 0);
  }

  /**
   * Mounts a created file system, detached.
   *
   * @param attributes MOUNT_ATTR_ bits of {@link MountFlags}
   */
  public Fd fsmount(Fd context, long attributes) {
    return open(SystemCall.FSMOUNT, context.number(), MountFlags.FSMOUNT_CLOEXEC, attributes, 0, 0);
  }

  /**
   * Opens a mount, or with OPEN_TREE_CLONE makes a detached bind of it.
   *
   * @param flags OPEN_TREE_ and AT_ bits; OPEN_TREE_CLOEXEC is added
   */
  public Fd openTree(Fd dir, String path, int flags) {
    long p = CallMemory.get().path(path);
    return open(SystemCall.OPEN_TREE, dir.number(), p, flags | MountFlags.OPEN_TREE_CLOEXEC, 0, 0);
  }

  /**
   * Changes attributes of a detached mount, or with AT_RECURSIVE of a tree of mounts. Linux 5.12;
   * where the call is missing, {@link OldMounts} does it.
   */
  public void mountSetattr(Fd mount, int flags, long set, long clear, long propagation) {
    if (!setattr(mount, flags, set, clear, propagation)) {
      boolean recursive = (flags & Fcntl.AT_RECURSIVE) != 0;
      new OldMounts(calls).setattr(mount, recursive, set, clear, propagation);
    }
  }

  /** Returns false when the call is missing. */
  private boolean setattr(Fd mount, int flags, long set, long clear, long propagation) {
    CallMemory memory = CallMemory.get();
    MemorySegment attr = memory.zeroed(MOUNT_ATTR_SIZE);
    attr.set(JAVA_LONG, 0, set);
    attr.set(JAVA_LONG, 8, clear);
    attr.set(JAVA_LONG, 16, propagation);
    long at = memory.structAddress();
    long path = memory.path("");
    int how = flags | Fcntl.AT_EMPTY_PATH;
    SystemCall call = SystemCall.MOUNT_SETATTR;
    long result = calls.call(call, mount.number(), path, how, at, MOUNT_ATTR_SIZE, 0);
    if (lacks(call, result)) {
      return false;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(call, result, mount.number(), path, how, at, MOUNT_ATTR_SIZE, 0);
    }
    return true;
  }

  /**
   * Lets a detached mount show the ids of its files mapped: an id that is stored as one "inside"
   * the user namespace appears as the one "outside", and what is not mapped as the overflow id.
   *
   * @param flags AT_RECURSIVE for all mounts of the tree, or 0
   * @throws LinuxException EINVAL when the file system cannot do it; EPERM when the ids of the
   *     mount are mapped already
   * @see <a href="https://man7.org/linux/man-pages/man2/mount_setattr.2.html">mount_setattr(2)</a>,
   *     section "ID-mapped mounts", Linux 5.12
   */
  public void mapIds(Fd mount, int flags, Fd userNamespace) {
    CallMemory memory = CallMemory.get();
    MemorySegment attr = memory.zeroed(MOUNT_ATTR_SIZE);
    attr.set(JAVA_LONG, 0, MountFlags.MOUNT_ATTR_IDMAP);
    attr.set(JAVA_LONG, 24, userNamespace.number());
    check(
        SystemCall.MOUNT_SETATTR,
        mount.number(),
        memory.path(""),
        flags | Fcntl.AT_EMPTY_PATH,
        memory.structAddress(),
        MOUNT_ATTR_SIZE,
        0);
  }

  /**
   * Returns what the kernel last said about a context, such as {@code tmpfs: Bad value for 'size'},
   * or an empty text.
   */
  public String message(Fd context) {
    CallMemory memory = CallMemory.get();
    MemorySegment text = memory.second();
    long at = text.address();
    long size = text.byteSize() - 1;
    long length = restarting(SystemCall.READ, context.number(), at, size, 0, 0, 0);
    if (Errno.isError(length)) {
      return ""; // ENODATA: it said nothing
    }
    // "e " stands before an error, "w " before a warning, "i " before the rest.
    String message = Name.wrap(text, 0, (int) length).toString().strip();
    return message.length() > 2 && message.charAt(1) == ' ' ? message.substring(2) : message;
  }

  /** Moves a detached mount onto a file or folder that is held open. */
  public void moveMount(Fd mount, Fd target) {
    long empty = CallMemory.get().path("");
    check(
        SystemCall.MOVE_MOUNT,
        mount.number(),
        empty,
        target.number(),
        empty,
        MountFlags.MOVE_MOUNT_F_EMPTY_PATH | MountFlags.MOVE_MOUNT_T_EMPTY_PATH,
        0);
  }

  /**
   * Mounts a file system at a place, as before there were contexts. The source is shown as the
   * type.
   *
   * @param flags MS_ bits of {@link MountFlags}
   * @param data options with a terminating zero, at most a page of 4096 bytes
   * @see <a href="https://man7.org/linux/man-pages/man2/mount.2.html">mount(2)</a>
   */
  public void mount(String type, String target, long flags, MemorySegment data) {
    CallMemory memory = CallMemory.get();
    long t = memory.secondPath(type);
    try {
      check(SystemCall.MOUNT, t, memory.path(target), t, flags, data.address(), 0);
    } finally {
      Reference.reachabilityFence(data);
    }
  }

  /**
   * Changes how mounts propagate.
   *
   * @param kind MS_PRIVATE or its like, with MS_REC for all mounts of the tree
   */
  public void propagate(String path, long kind) {
    check(SystemCall.MOUNT, 0, CallMemory.get().path(path), 0, kind, 0, 0);
  }

  /**
   * Gives a mount, and not its file system, these flags and no others.
   *
   * @param flags MS_ bits of {@link MountFlags}; MS_REMOUNT and MS_BIND are added
   */
  void remount(String path, long flags) {
    long all = flags | MountFlags.MS_REMOUNT | MountFlags.MS_BIND;
    check(SystemCall.MOUNT, 0, CallMemory.get().path(path), 0, all, 0, 0);
  }

  /**
   * Returns the bits with which mount(2) makes a mount read-only and leaves it as it is otherwise.
   */
  public static long readonlyRemount(FileSystemStatus status) {
    long attributes = status.mountAttributes() | MountFlags.MOUNT_ATTR_RDONLY;
    return OldMounts.flags(attributes) | MountFlags.MS_REMOUNT | MountFlags.MS_BIND;
  }

  /**
   * Takes a mount off the tree.
   *
   * @param flags MNT_ bits and UMOUNT_NOFOLLOW
   * @see <a href="https://man7.org/linux/man-pages/man2/umount.2.html">umount2(2)</a>
   */
  public void umount2(String path, int flags) {
    check(SystemCall.UMOUNT2, CallMemory.get().path(path), flags);
  }
}
