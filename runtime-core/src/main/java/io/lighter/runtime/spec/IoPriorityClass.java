package io.lighter.runtime.spec;

/** A class of ioprio_set(2). */
public enum IoPriorityClass implements Term {
  IOPRIO_CLASS_RT(1),
  IOPRIO_CLASS_BE(2),
  IOPRIO_CLASS_IDLE(3);

  private final int number;

  IoPriorityClass(int number) {
    this.number = number;
  }

  /** The number in the class bits of an I/O priority. */
  public int number() {
    return number;
  }

  @Override
  public String term() {
    return name();
  }
}
