package io.lighter.runtime.logs;

import io.lighter.linux.Linux;
import java.util.List;

/**
 * Where a pipeline gets its {@link CommitPoint}s: from whoever keeps their descriptors while this
 * process may be killed. There are as many as threads that write logs, one to some dozens.
 *
 * <p>Thread-safe.
 */
public interface CommitPoints {
  /** Makes one more. The pipeline closes it when it ends. */
  CommitPoint open();

  /** Returns those that the process before has left; the pipeline uses and closes them. */
  List<CommitPoint> left();

  /** Nobody keeps them: a process that is killed can tear the last write of some logs. */
  static CommitPoints unkept(Linux linux) {
    return new CommitPoints() {
      @Override
      public CommitPoint open() {
        return CommitPoint.open(linux);
      }

      @Override
      public List<CommitPoint> left() {
        return List.of();
      }
    };
  }
}
