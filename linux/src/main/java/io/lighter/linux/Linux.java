package io.lighter.linux;

/**
 * Linux as this room offers it: one object a section of calls, all over one seam.
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class Linux {
  /** Set by the first call; here, so that asking for it loads nothing. */
  static volatile boolean inUse;

  private static final class Kernel {
    static final Linux LINUX = new Linux(new NativeSystemCalls());
  }

  private final SystemCalls calls;
  private final Files files;
  private final Mounts mounts;
  private final Processes processes;
  private final ExitReports exitReports;
  private final Xattrs xattrs;
  private final Epoll epoll;
  private final EventFds eventFds;
  private final TimerFds timerFds;
  private final Clocks clocks;
  private final SignalFds signalFds;
  private final Inotify inotify;
  private final Pipes pipes;
  private final Sockets sockets;
  private final Connections connections;
  private final Datagrams datagrams;
  private final Interfaces interfaces;
  private final Netlink netlink;
  private final Terminals terminals;
  private final MemoryFiles memoryFiles;
  private final Descriptors descriptors;
  private final FileLocks fileLocks;
  private final Credentials credentials;
  private final ResourceLimits resourceLimits;
  private final Seccomp seccomp;
  private final SeccompNotifications seccompNotifications;
  private final UserNamespaces userNamespaces;
  private final Uname uname;
  private final Bpf bpf;
  private final BpfMaps bpfMaps;
  private final OwnExecutable ownExecutable;

  /** Puts the calls over a seam of the caller's, such as a {@link RecordedSystemCalls}. */
  public Linux(SystemCalls calls) {
    this.calls = calls;
    this.files = new Files(calls);
    this.mounts = new Mounts(calls);
    this.processes = new Processes(calls);
    this.exitReports = new ExitReports(calls, processes);
    this.xattrs = new Xattrs(calls);
    this.epoll = new Epoll(calls);
    this.eventFds = new EventFds(calls);
    this.timerFds = new TimerFds(calls);
    this.clocks = new Clocks(calls);
    this.signalFds = new SignalFds(calls);
    this.inotify = new Inotify(calls);
    this.pipes = new Pipes(calls);
    this.sockets = new Sockets(calls);
    this.connections = new Connections(calls);
    this.datagrams = new Datagrams(calls);
    this.interfaces = new Interfaces(calls);
    this.netlink = new Netlink(calls, processes);
    this.terminals = new Terminals(calls);
    this.memoryFiles = new MemoryFiles(calls);
    this.descriptors = new Descriptors(calls);
    this.fileLocks = new FileLocks(calls);
    this.credentials = new Credentials(calls);
    this.resourceLimits = new ResourceLimits(calls);
    this.seccomp = new Seccomp(calls);
    this.seccompNotifications = new SeccompNotifications(calls);
    this.userNamespaces = new UserNamespaces(calls);
    this.uname = new Uname(calls);
    this.bpf = new Bpf(calls);
    this.bpfMaps = new BpfMaps(calls);
    this.ownExecutable = new OwnExecutable(calls);
  }

  /**
   * Returns whether this process has called the kernel from here: the first call costs a JVM some
   * 50 ms, which who has not needed one may want to go without.
   */
  public static boolean isInUse() {
    return inUse;
  }

  /** Returns the calls as the running kernel answers them. */
  public static Linux kernel() {
    return Kernel.LINUX;
  }

  /** Returns the seam, for calls that no section offers. */
  public SystemCalls calls() {
    return calls;
  }

  /** Returns which of the newer calls are not to be had here. */
  public MissingCalls missing() {
    return calls.missing();
  }

  /** Returns files, folders and links: openat2, mkdirat, read, ... */
  public Files files() {
    return files;
  }

  /** Returns mounts: fsopen, fsmount, open_tree, move_mount, umount2, ... */
  public Mounts mounts() {
    return mounts;
  }

  /** Returns processes: launch, waitid, pidfd_open, setns, unshare, ... */
  public Processes processes() {
    return processes;
  }

  /** Returns how processes have ended that need not be children. */
  public ExitReports exitReports() {
    return exitReports;
  }

  /** Returns extended attributes: fgetxattr, lsetxattr, ... */
  public Xattrs xattrs() {
    return xattrs;
  }

  /** Returns waiting for many descriptors: create, add, await, ... */
  public Epoll epoll() {
    return epoll;
  }

  /** Returns counters behind a descriptor: create, add, take. */
  public EventFds eventFds() {
    return eventFds;
  }

  /** Returns timers behind a descriptor: create, start, take, ... */
  public TimerFds timerFds() {
    return timerFds;
  }

  /** Returns clocks: realtime. */
  public Clocks clocks() {
    return clocks;
  }

  /** Returns signals that are read, and signal masks. */
  public SignalFds signalFds() {
    return signalFds;
  }

  /** Returns locks on files: tryLock, holder. */
  public FileLocks fileLocks() {
    return fileLocks;
  }

  /** Returns changes of files and folders: create, addWatch, read, ... */
  public Inotify inotify() {
    return inotify;
  }

  /** Returns pipes and moves through them: create, splice, tee, vmsplice, ... */
  public Pipes pipes() {
    return pipes;
  }

  /** Returns sockets: bind, accept4, connect, sendmsg, recvmsg, ... */
  public Sockets sockets() {
    return sockets;
  }

  /** Returns stream sockets on a hot path: accept4, connect, recv, send with errors as values. */
  public Connections connections() {
    return connections;
  }

  /** Returns datagrams by the batch: recvmmsg, sendmmsg. */
  public Datagrams datagrams() {
    return datagrams;
  }

  /** Returns network interfaces: flags, up. */
  public Interfaces interfaces() {
    return interfaces;
  }

  /** Returns sockets to the kernel's network stack: open, openIn. */
  public Netlink netlink() {
    return netlink;
  }

  /** Returns terminals: openMaster, openPeer, attributes, windowSize, ... */
  public Terminals terminals() {
    return terminals;
  }

  /** Returns files in memory: create, addSeals, ... */
  public MemoryFiles memoryFiles() {
    return memoryFiles;
  }

  /** Returns descriptors themselves: flags, dup3, closeRange, ... */
  public Descriptors descriptors() {
    return descriptors;
  }

  /** Returns what this process is and may: prctl, capget, capset, ... */
  public Credentials credentials() {
    return credentials;
  }

  /** Returns resource limits: get, set. */
  public ResourceLimits resourceLimits() {
    return resourceLimits;
  }

  /** Returns filters on system calls of the calling thread: load, loadWithListener. */
  public Seccomp seccomp() {
    return seccomp;
  }

  /** Returns calls that a filter notifies of: receive, fail, proceed, ... */
  public SeccompNotifications seccompNotifications() {
    return seccompNotifications;
  }

  /** Returns user namespaces that no process lives in: create. */
  public UserNamespaces userNamespaces() {
    return userNamespaces;
  }

  /** Returns what the kernel says about itself: release, kernelVersion, ... */
  public Uname uname() {
    return uname;
  }

  /** Returns programs of cgroups: load, attach, replace, ... */
  public Bpf bpf() {
    return bpf;
  }

  /** Returns maps of programs: create, update, map, ... */
  public BpfMaps bpfMaps() {
    return bpfMaps;
  }

  /** Returns the file that this process is executed from: replace. */
  public OwnExecutable ownExecutable() {
    return ownExecutable;
  }
}
