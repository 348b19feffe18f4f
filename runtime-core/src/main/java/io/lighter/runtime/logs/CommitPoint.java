package io.lighter.runtime.logs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Pipe;
import io.lighter.linux.Pipes;
import io.lighter.linux.SharedMemory;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * What makes a write to a file and the removal from a container's pipe one step, of which a killed
 * process has done all or nothing.
 *
 * <p>A record, in memory that is a file, says beforehand what is about to be done: whose bytes, how
 * many, and where the sink stood. Then the sink writes; then the bytes are moved from the
 * container's pipe into a pipe of our own. How many lie in there tells a later process whether that
 * has happened: if not, the sink is taken back to where it stood and the bytes are still where they
 * were.
 *
 * <p>Whoever outlives this process keeps {@link #pipe} and {@link #record}, and hands them to the
 * next one, which {@link #adopt adopts} them. One thread at a time works with it.
 */
public final class CommitPoint implements AutoCloseable {
  /** How large the record is. */
  private static final int SIZE = 4096;

  private static final int STATE = 0;
  private static final int STREAM = 4;
  private static final int POSITION = 8;
  private static final int LENGTH = 16;
  private static final int MOVED = 20;
  private static final int ID_LENGTH = 24;
  private static final int ID = 28;

  /** The longest id of a container that fits, in bytes of UTF-8. */
  static final int LONGEST_ID = SIZE - ID;

  private static final int IDLE = 0;

  /** The sink writes. What is in our pipe has left the container's, beyond MOVED. */
  private static final int WRITING = 1;

  /** Our pipe is being emptied; MOVED says how much has left the container's. */
  private static final int EMPTYING = 2;

  private final Linux linux;
  private final Pipe pipe;
  private final Fd record;
  private final SharedMemory shared;
  private final MemorySegment memory;
  private final Fd nowhere;

  private CommitPoint(Linux linux, Pipe pipe, Fd record) {
    this.linux = linux;
    this.pipe = pipe;
    this.record = record;
    this.shared = linux.memoryFiles().map(record, SIZE);
    this.memory = shared.memory();
    this.nowhere = Nowhere.open(linux);
  }

  /** Makes a new one. */
  public static CommitPoint open(Linux linux) {
    Fd record = linux.memoryFiles().create("lighter-log-commit", 0);
    linux.files().ftruncate(record, SIZE);
    return new CommitPoint(linux, LogPipes.create(linux), record);
  }

  /** Goes on with the one of an earlier process; the descriptors are taken over. */
  public static CommitPoint adopt(Linux linux, Pipe pipe, Fd record) {
    return new CommitPoint(linux, pipe, record);
  }

  /** Returns the pipe, for whoever keeps it; it stays this object's. */
  public Pipe pipe() {
    return pipe;
  }

  /** Returns the file of the record, for whoever keeps it; it stays this object's. */
  public Fd record() {
    return record;
  }

  /** Says what is about to be written. */
  void begin(byte[] id, LogStream stream, long position) {
    memory.set(JAVA_INT, STREAM, stream.code());
    memory.set(JAVA_LONG, POSITION, position);
    memory.set(JAVA_INT, MOVED, 0);
    memory.set(JAVA_INT, ID_LENGTH, id.length);
    MemorySegment.copy(id, 0, memory, JAVA_BYTE, ID, id.length);
    state(WRITING);
  }

  /** Removes from the container's pipe what has been written. */
  void commit(Fd source, int length) {
    memory.set(JAVA_INT, LENGTH, length);
    move(source, 0, length);
  }

  private void move(Fd source, int before, int length) {
    VarHandle.releaseFence();
    int moved = before;
    while (moved < length) {
      long bytes =
          linux.pipes().splice(source, pipe.write(), length - moved, Pipes.SPLICE_F_NONBLOCK);
      if (bytes <= 0) {
        throw new IllegalStateException(
            "bytes that were in the pipe of a container have been taken by somebody else");
      }
      moved += (int) bytes;
      empty(moved);
    }
    state(IDLE);
  }

  private void empty(int moved) {
    memory.set(JAVA_INT, MOVED, moved);
    state(EMPTYING);
    while (linux.pipes().held(pipe.read()) > 0) {
      linux.pipes().splice(pipe.read(), nowhere, LogPipes.SIZE, Pipes.SPLICE_F_NONBLOCK);
    }
    state(WRITING);
  }

  /** Nothing was written after all, and the sink stands where it stood. */
  void abandon() {
    state(IDLE);
  }

  /** Returns whether a process has left something half done. */
  boolean isOpen() {
    return memory.get(JAVA_INT, STATE) != IDLE;
  }

  /** Returns whose bytes they are. */
  String id() {
    int length = Math.clamp(memory.get(JAVA_INT, ID_LENGTH), 0, LONGEST_ID);
    return new String(memory.asSlice(ID, length).toArray(JAVA_BYTE), UTF_8);
  }

  LogStream stream() {
    return LogStream.of(memory.get(JAVA_INT, STREAM));
  }

  /**
   * Finishes what a killed process had begun.
   *
   * @param source the container's pipe
   */
  void recover(RewindableSink sink, Fd source) {
    int moved = memory.get(JAVA_INT, MOVED);
    if (memory.get(JAVA_INT, STATE) == WRITING) {
      moved += linux.pipes().held(pipe.read());
    }
    if (moved == 0) {
      sink.rewind(memory.get(JAVA_LONG, POSITION));
      state(IDLE);
    } else {
      empty(moved);
      move(source, moved, memory.get(JAVA_INT, LENGTH));
    }
  }

  private void state(int state) {
    VarHandle.releaseFence();
    memory.set(JAVA_INT, STATE, state);
    VarHandle.releaseFence();
  }

  @Override
  public void close() {
    shared.close();
    record.close();
    pipe.close();
    nowhere.close();
  }
}
