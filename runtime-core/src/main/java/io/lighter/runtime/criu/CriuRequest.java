package io.lighter.runtime.criu;

import io.lighter.linux.Fd;
import io.lighter.linux.Sched;
import java.nio.file.Path;

/** What CRIU is asked for: {@code criu_req} with its {@code criu_opts}. Of one thread. */
public final class CriuRequest {
  /** Fields of {@code criu_req}. */
  private static final int TYPE = 1;

  private static final int OPTIONS = 2;
  private static final int NOTIFY_SUCCESS = 3;

  /** Values of {@code criu_req_type}. */
  static final int DUMP = 1;

  static final int RESTORE = 2;
  static final int NOTIFY = 6;

  /** Fields of {@code criu_opts}. */
  private static final int IMAGES_DIR_FD = 1;

  private static final int PID = 2;
  private static final int LOG_LEVEL = 9;
  private static final int LOG_FILE = 10;
  private static final int NOTIFY_SCRIPTS = 12;
  private static final int ROOT = 13;
  private static final int WORK_DIR_FD = 17;
  private static final int MANAGE_CGROUPS = 24;
  private static final int RST_SIBLING = 26;
  private static final int INHERIT_FD = 27;
  private static final int MANAGE_CGROUPS_MODE = 34;
  private static final int EXTERNAL = 37;
  private static final int EMPTY_NS = 38;
  private static final int FREEZE_CGROUP = 44;
  private static final int ORPHAN_PTS_MASTER = 50;
  private static final int LSM_PROFILE = 53;
  private static final int LSM_MOUNT_CONTEXT = 63;
  private static final int NETWORK_LOCK = 64;

  /** Of {@code inherit_fd}. */
  private static final int KEY = 1;

  private static final int DESCRIPTOR = 2;

  /** As much as runc and crun have written. */
  private static final int DEBUG = 4;

  /** Of {@code criu_cg_mode}. */
  private static final int IGNORE = 0;

  /** Of {@code criu_network_lock_method}. */
  private static final int SKIP = 3;

  /** What is on or off. */
  public enum Switch {
    LEAVE_RUNNING(3),
    EXT_UNIX_SK(4),
    EVASIVE_DEVICES(6),
    SHELL_JOB(7),
    FILE_LOCKS(8),
    LINK_REMAP(18);

    private final int field;

    Switch(int field) {
      this.field = field;
    }
  }

  private final int type;
  private final ProtobufMessage options = new ProtobufMessage();

  private CriuRequest(int type, ImageFolder images, ImageFolder work, String log) {
    this.type = type;
    options
        .put(IMAGES_DIR_FD, number(images.fd()))
        .put(WORK_DIR_FD, number(work.fd()))
        .put(LOG_LEVEL, DEBUG)
        .put(LOG_FILE, log)
        .put(NOTIFY_SCRIPTS, true)
        .put(ORPHAN_PTS_MASTER, true)
        // A cgroup is made by who calls, with its limits, and nothing below it is kept.
        .put(MANAGE_CGROUPS, true)
        .put(MANAGE_CGROUPS_MODE, IGNORE);
  }

  /** CRIU opens it below {@code /proc} of the process that made the socket: this one. */
  private static long number(Fd fd) {
    return Long.parseLong(fd.procName());
  }

  /** Begins one for a process, with all its children, to be written down. */
  public static CriuRequest dump(int pid, ImageFolder images, ImageFolder work, String log) {
    CriuRequest request = new CriuRequest(DUMP, images, work, log);
    request.options.put(PID, pid);
    return request;
  }

  /** Begins one for processes to be made again, the first as a child of this process. */
  public static CriuRequest restore(ImageFolder images, ImageFolder work, String log) {
    CriuRequest request = new CriuRequest(RESTORE, images, work, log);
    request.options.put(RST_SIBLING, true);
    return request;
  }

  /** Says which folder is the root of the processes; to restore, a mount point. */
  public CriuRequest root(Path path) {
    options.put(ROOT, path.toString());
    return this;
  }

  /** Turns something on. */
  public CriuRequest with(Switch what) {
    options.put(what.field, true);
    return this;
  }

  /** Turns on what settings have on; the same ones for a dump and its restore. */
  public CriuRequest with(CriuSettings settings) {
    if (settings.extUnixSk()) {
      with(Switch.EXT_UNIX_SK);
    }
    if (settings.shellJob()) {
      with(Switch.SHELL_JOB);
    }
    if (settings.fileLocks()) {
      with(Switch.FILE_LOCKS);
    }
    if (settings.linkRemap()) {
      with(Switch.LINK_REMAP);
    }
    if (settings.emptyNetwork()) {
      options.put(EMPTY_NS, Sched.CLONE_NEWNET);
    }
    // What would have to be held back are packets of connections, which are not written down.
    options.put(NETWORK_LOCK, SKIP);
    return this;
  }

  /**
   * Names what is not the container's own: {@code mnt[/place]:key}, {@code file[mount:inode]},
   * {@code net[inode]:key}; to restore {@code mnt[key]:source}.
   */
  public CriuRequest external(String name) {
    options.put(EXTERNAL, name);
    return this;
  }

  /** Gives a descriptor of CRIU's own for what has a key. */
  public CriuRequest inherit(String key, int descriptor) {
    options.put(INHERIT_FD, new ProtobufMessage().put(KEY, key).put(DESCRIPTOR, descriptor));
    return this;
  }

  /** Has the processes stopped by their cgroup, so that none is born meanwhile. */
  public CriuRequest freezer(Path cgroup) {
    options.put(FREEZE_CGROUP, cgroup.toString());
    return this;
  }

  /** Has processes made with another label of AppArmor or SELinux. */
  public CriuRequest lsmProfile(String profile) {
    options.put(LSM_PROFILE, profile);
    return this;
  }

  /** Has mounts made with another SELinux context. */
  public CriuRequest lsmMountContext(String context) {
    options.put(LSM_MOUNT_CONTEXT, context);
    return this;
  }

  int type() {
    return type;
  }

  byte[] bytes() {
    return new ProtobufMessage().put(TYPE, type).put(OPTIONS, options).bytes();
  }

  /** What a notice is answered with. */
  static byte[] answer(boolean success) {
    return new ProtobufMessage().put(TYPE, NOTIFY).put(NOTIFY_SUCCESS, success).bytes();
  }
}
