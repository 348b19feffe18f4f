package io.lighter.runtime.logs.driver;

/** Makes the message of a driver's protocol out of a line. Used by one thread at a time. */
interface LineEncoder {
  /**
   * Appends the message.
   *
   * @return false when the protocol has no message for such a line; then nothing was appended
   */
  boolean encode(LogLine line, ByteWriter message);

  /**
   * Is told that so many of the messages that were encoded last have not been sent: their lines
   * come again, or never.
   */
  default void unsent(int messages) {}

  /**
   * Returns by what the receiver tells that it has the message that was encoded last; empty when it
   * does not tell.
   */
  default String receipt() {
    return "";
  }
}
