package io.lighter.linux;

/**
 * Where and why a launch program stopped before its exec.
 *
 * @param step the step's number, from 1; 0 for what comes before them where there is no clone3
 * @param steps how many steps the program has
 * @param call the call with its arguments, as strace prints it
 * @param errno the error number, or 0 when the child was killed while it stood at this step
 */
public record LaunchFailure(int step, int steps, String call, int errno) {

  /** Returns {@code step 7 of 23, mount(...): EPERM (Operation not permitted)}. */
  @Override
  public String toString() {
    String why =
        errno == 0
            ? "the process was killed here"
            : Errno.name(errno) + " (" + Errno.message(errno) + ")";
    return (step == 0 ? "before step 1" : "step " + step)
        + " of "
        + steps
        + ", "
        + call
        + ": "
        + why;
  }
}
