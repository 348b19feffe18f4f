package io.lighter.proxy.choice;

/** The endpoints that a connection may get, by their numbers from 0, as they are at the moment. */
public interface Candidates {
  /** Returns how many there are. */
  int count();

  /** Returns the weight of one, or 0 when it must not be chosen now. */
  int weight(int endpoint);

  /** Returns how many connections one has. */
  int connections(int endpoint);
}
