package io.lighter.runtime.launch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.PidFd;
import io.lighter.linux.Polling;
import io.lighter.linux.StepResults;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Where a child that walks a launch program with {@link Gate}s meets whoever lets it through: two
 * named pipes in a folder, so that it need not be the process that launched it.
 *
 * <ul>
 *   <li>{@code from-init}: the child writes a byte where it has come to a gate. It ends when the
 *       exec has succeeded or the child has. If no exec succeeded, the child first writes the
 *       memory of those steps.
 *   <li>{@code to-init}: a byte in it lets the child through.
 * </ul>
 *
 * <p>No time-out anywhere: the kernel tells when the child is gone. Not thread-safe.
 */
public final class Rendezvous implements AutoCloseable {
  /** What the child writes at a gate: one byte. */
  static final String HERE = "!";

  /** How many execs are told of at most: what a pipe takes at once, PIPE_BUF of 4096 bytes. */
  static final int MAX_TOLD = 4096 / StepResults.bytes(1);

  private static final String FROM_INIT = "from-init";
  private static final String TO_INIT = "to-init";
  private static final int FIFO_MODE = Fcntl.S_IFIFO | 0600;

  private final Linux linux;
  private final Path folder;
  private final Fd from;
  private final Fd to;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment buffer = arena.allocate(4096);

  private Rendezvous(Linux linux, Path folder, Fd from, Fd to) {
    this.linux = linux;
    this.folder = folder;
    this.from = from;
    this.to = to;
  }

  /** What {@link #await} found. */
  public sealed interface Arrival {}

  /** The child waits at its next gate. */
  public record AtGate() implements Arrival {}

  /** The exec has succeeded, or the child has ended; {@link PidFd} and program tell which. */
  public record Gone() implements Arrival {}

  /** No exec succeeded; the child ends. */
  public record ExecFailed(StepResults results) implements Arrival {}

  /**
   * Makes the pipes in a folder that has none yet, and opens them.
   *
   * @throws LinuxException EEXIST when they are there, ENOSPC, ...
   */
  public static Rendezvous create(Linux linux, Path folder) {
    linux.files().mknodat(Fd.WORKING_FOLDER, folder.resolve(FROM_INIT).toString(), FIFO_MODE, 0);
    linux.files().mknodat(Fd.WORKING_FOLDER, folder.resolve(TO_INIT).toString(), FIFO_MODE, 0);
    return open(linux, folder);
  }

  /** Opens the pipes that another process has made. */
  public static Rendezvous open(Linux linux, Path folder) {
    Fd from =
        linux
            .files()
            .openat(
                Fd.WORKING_FOLDER,
                folder.resolve(FROM_INIT).toString(),
                Fcntl.O_RDONLY | Fcntl.O_NONBLOCK,
                0);
    try {
      Fd to =
          linux
              .files()
              .openat(Fd.WORKING_FOLDER, folder.resolve(TO_INIT).toString(), Fcntl.O_RDWR, 0);
      return new Rendezvous(linux, folder, from, to);
    } catch (RuntimeException e) {
      from.close();
      throw e;
    }
  }

  /** Removes the pipes of a container that nobody will start any more. */
  public static void remove(Linux linux, Path folder) {
    linux.files().unlinkat(Fd.WORKING_FOLDER, folder.resolve(FROM_INIT).toString(), 0);
    linux.files().unlinkat(Fd.WORKING_FOLDER, folder.resolve(TO_INIT).toString(), 0);
  }

  /** Returns the path that the child writes to. */
  public String fromInit() {
    return folder.resolve(FROM_INIT).toString();
  }

  /** Returns the path that the child reads from. */
  public String toInit() {
    return folder.resolve(TO_INIT).toString();
  }

  /** Waits until the child is at a gate, or beyond all of them, or gone. */
  public Arrival await(PidFd child) {
    Polling polling = new Polling(linux);
    while (true) {
      int ready = polling.either(from, child);
      if ((ready & Polling.FIRST) != 0) {
        long length = linux.files().read(from, buffer); // -1: it is the child that has ended
        if (length > 0) {
          return length == HERE.length()
              ? new AtGate()
              : new ExecFailed(new StepResults(buffer.asSlice(0, length)));
        }
      }
      if (ready != 0) {
        return new Gone();
      }
    }
  }

  /** Lets the child through the gate at which it waits. */
  public void release() {
    MemorySegment here = buffer.asSlice(0, HERE.length());
    here.copyFrom(MemorySegment.ofArray(HERE.getBytes(US_ASCII)));
    linux.files().write(to, here);
  }

  @Override
  public void close() {
    from.close();
    to.close();
    arena.close();
  }
}
