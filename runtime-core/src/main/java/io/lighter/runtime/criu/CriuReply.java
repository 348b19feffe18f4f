package io.lighter.runtime.criu;

import io.lighter.runtime.notation.ProtobufFields;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What CRIU says: {@code criu_resp}.
 *
 * @param type of which request, or {@link CriuRequest#NOTIFY}
 * @param success whether it has been carried out
 * @param pid of the first process that was made, or that a notice is about; 0 for none
 * @param script the name of a notice, or nothing
 */
record CriuReply(int type, boolean success, int pid, String script) {
  private static final int TYPE = 1;
  private static final int SUCCESS = 2;
  private static final int RESTORED = 4;
  private static final int NOTICE = 5;

  /** Of {@code criu_restore_resp}. */
  private static final int RESTORED_PID = 1;

  /** Of {@code criu_notify}. */
  private static final int SCRIPT = 1;

  private static final int SCRIPT_PID = 2;

  /**
   * Reads one.
   *
   * @throws CriuException when it is none
   */
  static CriuReply parse(ByteBuffer message) {
    try {
      return read(new ProtobufFields(message));
    } catch (RuntimeException e) {
      throw new CriuException("CRIU's answer cannot be read: is it a criu? " + e, e);
    }
  }

  private static CriuReply read(ProtobufFields fields) {
    int type = 0;
    boolean success = false;
    int pid = 0;
    String script = "";
    while (fields.next()) {
      switch (fields.number()) {
        case TYPE -> type = (int) fields.whole();
        case SUCCESS -> success = fields.whole() != 0;
        case RESTORED -> {
          ProtobufFields restored = new ProtobufFields(fields.bytes());
          while (restored.next()) {
            pid = restored.number() == RESTORED_PID ? (int) restored.whole() : pid;
          }
        }
        case NOTICE -> {
          ProtobufFields notice = new ProtobufFields(fields.bytes());
          while (notice.next()) {
            switch (notice.number()) {
              case SCRIPT -> script = StandardCharsets.UTF_8.decode(notice.bytes()).toString();
              case SCRIPT_PID -> pid = (int) notice.whole();
              default -> {}
            }
          }
        }
        default -> {}
      }
    }
    return new CriuReply(type, success, pid, script);
  }
}
