package io.lighter.cgroups;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.LinuxException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A cgroup, by its open folder. Every operation is relative to the descriptor, so a cgroup of the
 * same name that is made later is never mistaken for this one.
 *
 * <p>Closing lets go of the descriptor and leaves the cgroup where it is; {@link #remove} removes
 * it. Safe for use by many threads, closing apart.
 */
public final class Cgroup implements AutoCloseable {
  /** Permissions of the folder: everybody may look, the owner changes. */
  static final int MODE = 0755;

  private static final int OPEN_FLAGS = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;

  private final CgroupTree tree;
  private final Fd fd;
  private final String path;
  private final EnabledControllers enabled;

  Cgroup(CgroupTree tree, Fd fd, String path) {
    this.tree = tree;
    this.fd = fd;
    this.path = path;
    this.enabled = new EnabledControllers(this);
  }

  /** Returns the tree in which this is. */
  public CgroupTree tree() {
    return tree;
  }

  /** Returns the path from the tree's root, such as {@code /lighter/web}. */
  public String path() {
    return path;
  }

  /** Returns the last part of the path; of the root, {@code /}. */
  public String name() {
    return path.length() == 1 ? path : path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * Returns the folder's descriptor, which stays this object's: for CLONE_INTO_CGROUP by {@code
   * LaunchImage.bornIn}, and for programs of BPF.
   */
  public Fd fd() {
    return fd;
  }

  private String pathOf(String child) {
    return path.length() == 1 ? path + child : path + "/" + child;
  }

  /**
   * Makes a child without any settings.
   *
   * @param name 1 to 255 characters without {@code /}
   * @throws CgroupException when there is one of that name, or the kernel refuses
   */
  public Cgroup create(String name) {
    CgroupName.check(name);
    try {
      if (!tree.linux().files().mkdirat(fd, name, MODE)) {
        throw new CgroupException(
            "cannot make the cgroup " + pathOf(name) + ", it is there already", Errno.EEXIST, null);
      }
    } catch (LinuxException e) {
      throw CgroupTree.cannotMake(pathOf(name), e);
    }
    return new Cgroup(tree, tree.linux().files().openat(fd, name, OPEN_FLAGS, 0), pathOf(name));
  }

  /**
   * Makes a child and applies settings to it; their controllers are enabled on the way down. When
   * anything fails nothing is left.
   */
  public Cgroup create(String name, Collection<Setting> settings) {
    tree.check(settings);
    enableFor(settings);
    Cgroup child = create(name);
    try {
      applyToNew(child, settings);
      return child;
    } catch (RuntimeException e) {
      try (child) {
        child.remove(Duration.ZERO);
      } catch (RuntimeException notRemoved) {
        e.addSuppressed(notRemoved);
      }
      throw e;
    }
  }

  /** Somebody else may have disabled a controller since we enabled it: then it is enabled again. */
  void applyToNew(Cgroup child, Collection<Setting> settings) {
    try {
      child.apply(settings);
    } catch (CgroupException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
      enabled.forget();
      enableFor(settings);
      child.apply(settings);
    }
  }

  /** Opens a child; null when there is none of that name. */
  public @Nullable Cgroup openIfExists(String name) {
    CgroupName.check(name);
    Fd child = tree.linux().files().openatIfExists(fd, name, OPEN_FLAGS);
    return child == null ? null : new Cgroup(tree, child, pathOf(name));
  }

  /** Opens the cgroup in which this one lies; null for the root of the tree. */
  @Nullable Cgroup parent() {
    if (path.length() == 1) {
      return null;
    }
    int slash = path.lastIndexOf('/');
    return new Cgroup(
        tree,
        tree.linux().files().openat(fd, "..", Fcntl.O_RDONLY | Fcntl.O_DIRECTORY, 0),
        slash == 0 ? "/" : path.substring(0, slash));
  }

  /**
   * Enables controllers for the children, here and in every cgroup above. What is enabled already
   * costs no system call.
   *
   * @throws CgroupException when the tree does not have a controller, or when processes are in a
   *     cgroup on the way: those are named, because cgroup v2 lets only leaves hold processes
   */
  public void enable(Set<Controller> controllers) {
    enabled.enable(controllers);
  }

  /** Disables every controller for the children, which must have none enabled for theirs. */
  void disableAll() {
    enabled.disableAll();
  }

  /** Enables the controllers that settings of children need. */
  public void enableFor(Collection<Setting> settings) {
    enabled.enableFor(settings);
  }

  /**
   * Applies settings in their order. One that the kernel refuses for its value is tried once more
   * after the others, because some depend on each other: a burst must not be above the quota,
   * whether both go up or down.
   *
   * @throws CgroupException naming file, value, error and what the file takes
   */
  public void apply(Collection<Setting> settings) {
    SettingWriter.apply(this, settings);
  }

  /** Applies one setting. */
  public void apply(Setting setting) {
    SettingWriter.apply(this, List.of(setting));
  }

  /**
   * Reads a control file whole, such as {@code memory.max}; for figures that are read often there
   * is {@link #statistics}.
   *
   * @return the text with its newline, or null when this cgroup has no such file
   */
  public @Nullable String read(String file) {
    CgroupName.check(file);
    return tree.files().readIfExists(fd, file);
  }

  /**
   * Reads a control file that has one number, such as {@code memory.max}.
   *
   * @return {@link CgroupStatistics#ABSENT} when this cgroup has no such file, {@link
   *     CgroupStatistics#UNLIMITED} for {@code max}
   */
  public long readNumber(String file) {
    String text = read(file);
    if (text == null) {
      return CgroupStatistics.ABSENT;
    }
    String number = text.strip();
    return number.equals("max") ? CgroupStatistics.UNLIMITED : Long.parseLong(number);
  }

  /** Opens the statistics of this cgroup for many readings. */
  public StatisticsReader statistics(Set<StatisticsPart> parts) {
    return new StatisticsReader(this, parts);
  }

  /**
   * Returns the processes in this cgroup itself, not below, by their ids in our pid namespace; 0
   * stands for one of another pid namespace.
   */
  public List<Integer> processes() {
    return Members.of(this);
  }

  /**
   * Moves a process here, threads included. Meant for processes that were not born here: it takes
   * locks that a birth by CLONE_INTO_CGROUP does without.
   *
   * @throws CgroupException with ESRCH when there is no such process, with EBUSY when controllers
   *     are enabled for children
   */
  public void add(int pid) {
    Members.add(this, pid);
  }

  /** Returns whether there is any process in this cgroup or below. */
  public boolean populated() {
    try (EventsFile events = new EventsFile(this)) {
      return events.read().populated();
    }
  }

  /**
   * Waits until no process is in this cgroup or below.
   *
   * @return false when there still is one after that time
   */
  public boolean awaitEmpty(Duration within) {
    return awaitEmpty(Deadline.in(within));
  }

  boolean awaitEmpty(Deadline deadline) {
    try (EventsFile events = new EventsFile(this)) {
      return events.awaitEmpty(deadline);
    }
  }

  /** Returns whether all processes here and below are stopped, by {@link #freeze} or from above. */
  public boolean frozen() {
    try (EventsFile events = new EventsFile(this)) {
      return events.read().frozen();
    }
  }

  /**
   * Stops all processes here and below, and waits until they have stopped.
   *
   * @throws CgroupException when that takes longer; everything runs again then, and the message
   *     says which processes would not stop
   */
  public void freeze(Duration within) {
    Freezer.freeze(this, within);
  }

  /** Lets all processes run again; one that is frozen from above stays so. */
  public void thaw() {
    Freezer.thaw(this);
  }

  /** Kills all processes here and below by SIGKILL, without waiting for their end. */
  public void kill() {
    Killer.kill(this);
  }

  /** Opens a trigger that tells when processes wait too long for a resource. */
  public PressureTrigger onPressure(
      PressureTrigger.Resource resource, Pressure.Share share, Duration stall, Duration window) {
    return PressureTrigger.open(this, resource, share, stall, window);
  }

  /**
   * Removes this cgroup with all below it, as soon as the last process is gone: it sleeps until the
   * kernel says so. The descriptor stays open. A cgroup that has been removed already is fine.
   *
   * @param within how long to wait for processes that still end, zero for not at all
   * @throws CgroupException with EBUSY, naming the processes that are left
   */
  public void remove(Duration within) {
    Removal.remove(this, Deadline.in(within));
  }

  /**
   * Removes this cgroup with all below it, and kills what is still in it. One system call when it
   * is empty; {@link #remove} is for who wants to leave processes their time.
   *
   * @param within how long to wait for the end of killed processes
   * @throws CgroupException with EBUSY, naming the processes that are left
   */
  public void destroy(Duration within) {
    Removal.destroy(this, Deadline.in(within));
  }

  @Override
  public void close() {
    fd.close();
  }

  @Override
  public String toString() {
    return path;
  }
}
