package io.lighter.runtime.devices;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupException;
import io.lighter.linux.EbpfProgram;
import io.lighter.linux.Errno;
import io.lighter.linux.LinuxException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A device filter in the kernel, of {@link DeviceFilters}. Closing it leaves the cgroups guarded to
 * which it is attached.
 *
 * <p>Safe for use by many threads.
 */
public final class DeviceFilter implements AutoCloseable {
  private final DeviceFilters owner;
  private final DeviceFilters.Loaded loaded;
  private final AtomicBoolean closed = new AtomicBoolean();

  DeviceFilter(DeviceFilters owner, DeviceFilters.Loaded loaded) {
    this.owner = owner;
    this.loaded = loaded;
  }

  /** Returns the program, to be shown. */
  public EbpfProgram program() {
    return loaded.code();
  }

  /**
   * Guards a cgroup until it is removed, beside the filters that it has and those above it. One
   * system call and nothing on the heap.
   *
   * @throws CgroupException when the kernel refuses
   */
  public void attachTo(Cgroup cgroup) {
    try {
      owner.bpf().attach(loaded.program(), cgroup.fd());
    } catch (LinuxException e) {
      String why =
          e.errno() == Errno.EPERM
              ? ": a cgroup above it has a device program that lets no other beside it, or this"
                  + " process has lost CAP_NET_ADMIN"
              : "";
      throw new CgroupException(
          "cannot attach the device filter to the cgroup " + cgroup.path() + why, e.errno(), e);
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      owner.release(loaded);
    }
  }
}
