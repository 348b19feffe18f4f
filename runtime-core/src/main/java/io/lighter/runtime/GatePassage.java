package io.lighter.runtime;

import io.lighter.linux.Errno;
import io.lighter.linux.LaunchFailure;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Step;
import io.lighter.runtime.launch.Gate;
import io.lighter.runtime.launch.LaunchPlan;
import io.lighter.runtime.launch.Rendezvous;
import java.util.List;

/** The way of one child through the gates of its plan, on the side of the parent. */
final class GatePassage {
  private final Linux linux;
  private final LaunchPlan plan;
  private final LaunchImage image;
  private final Rendezvous rendezvous;
  private final SpecGates work;
  private final ListenerHandOver handOver;
  private final List<String> args;

  /**
   * Prepares the way.
   *
   * @param image as the child walks it
   * @param work what is done at the gates
   * @param handOver what is done at {@link Gate#LISTENER}
   * @param args the command, for errors
   */
  GatePassage(
      Linux linux,
      LaunchPlan plan,
      LaunchImage image,
      Rendezvous rendezvous,
      SpecGates work,
      ListenerHandOver handOver,
      List<String> args) {
    this.linux = linux;
    this.plan = plan;
    this.image = image;
    this.rendezvous = rendezvous;
    this.work = work;
    this.handOver = handOver;
    this.args = args;
  }

  /**
   * Takes a child to {@link Gate#START}, where it waits.
   *
   * @throws StartException when it does not come there, or there is no command to start
   */
  void passToStart(PidFd child) {
    for (Gate gate : plan.gates()) {
      arriveAt(child);
      if (gate == Gate.START) {
        requireCommand();
        return;
      }
      pass(gate, child);
    }
    throw new IllegalStateException("the plan has no gate at its start");
  }

  /**
   * Takes a child through all gates, until its command runs.
   *
   * @throws StartException when it does not come to that
   */
  void passAll(PidFd child) {
    for (Gate gate : plan.gates()) {
      arriveAt(child);
      if (gate == Gate.START) {
        requireCommand();
      }
      pass(gate, child);
    }
    rendezvous.await(child);
    LaunchFailure failure = image.failure();
    if (failure != null) {
      throw StartFailures.of(linux, plan, image, failure, args);
    }
  }

  private void pass(Gate gate, PidFd child) {
    if (gate == Gate.LISTENER) {
      handOver.of(child, image, plan.listener(), child.pid());
    } else {
      work.at(gate, child);
    }
    rendezvous.release();
  }

  private void arriveAt(PidFd child) {
    if (rendezvous.await(child) instanceof Rendezvous.AtGate) {
      return;
    }
    LaunchFailure failure = image.failure();
    throw failure == null
        ? new StartException(
            StartException.Kind.RUNTIME, "the container's first process ended before its time")
        : StartFailures.of(linux, plan, image, failure, args);
  }

  /** So that a command that is missing is told at the creation and not at the start. */
  private void requireCommand() {
    boolean forbidden = false;
    for (Step lookup : plan.lookups()) {
      long result = image.result(lookup);
      if (result == -Errno.EACCES) {
        forbidden = true;
      } else if (result != -Errno.ENOENT && result != -Errno.ENOTDIR) {
        return;
      }
    }
    throw StartFailures.ofExec(args.getFirst(), forbidden ? Errno.EACCES : Errno.ENOENT);
  }
}
