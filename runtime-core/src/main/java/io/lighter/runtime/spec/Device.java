package io.lighter.runtime.spec;

import org.jspecify.annotations.Nullable;

/**
 * A device node to make, mknod(2).
 *
 * @param path absolute path in the container
 * @param type kind of node
 * @param major major number, 0 for a FIFO
 * @param minor minor number, 0 for a FIFO
 * @param fileMode permission bits, 0 to 07777; bits of the file type, which some writers add, are
 *     dropped; absent means 0666
 * @param uid owner in the container, absent means 0
 * @param gid group in the container, absent means 0
 */
public record Device(
    String path,
    DeviceType type,
    long major,
    long minor,
    @Nullable Integer fileMode,
    @Nullable Long uid,
    @Nullable Long gid) {

  private static final int TYPE_BITS = 0170000;

  public Device {
    Range.checkUint32("device.major", major);
    Range.checkUint32("device.minor", minor);
    if (fileMode != null) {
      fileMode = fileMode & ~TYPE_BITS;
      Range.check("device.fileMode", fileMode, 0, 07777);
    }
    if (uid != null) {
      Range.checkId("device.uid", uid);
    }
    if (gid != null) {
      Range.checkId("device.gid", gid);
    }
  }
}
