package io.lighter.runtime.logs.driver;

import io.lighter.runtime.logs.LogStream;
import java.time.ZoneId;

/**
 * Messages of syslog with the bytes of Docker's (RackSec/srslog): a line of the standard error is
 * an error, one of the standard output is information. They have the time of the line, where Docker
 * takes that of sending. An empty line has no message.
 */
final class SyslogEncoder implements LineEncoder {
  private static final int ERROR = 3;
  private static final int INFO = 6;

  private final SyslogFormat format;
  private final boolean counted;
  private final int facility;
  private final String host;
  private final String tag;
  private final long pid;
  private final ZoneId zone;
  private final ByteWriter counting = new ByteWriter();

  /**
   * Makes an encoder.
   *
   * @param counted whether the length stands before each message: RFC 5425, 4.3
   * @param facility 0 to 23
   * @param pid of the process that sends
   * @param zone of the times
   */
  SyslogEncoder(
      SyslogFormat format,
      boolean counted,
      int facility,
      String host,
      String tag,
      long pid,
      ZoneId zone) {
    this.format = format;
    this.counted = counted;
    this.facility = facility;
    this.host = host;
    this.tag = tag;
    this.pid = pid;
    this.zone = zone;
  }

  @Override
  public boolean encode(LogLine line, ByteWriter message) {
    if (line.length() == 0) {
      return false;
    }
    if (!counted) {
      write(line, message);
      return true;
    }
    counting.clear(Integer.MAX_VALUE);
    write(line, counting);
    message.putDecimal(counting.length());
    message.put(' ');
    message.put(counting.bytes(), 0, counting.length());
    return true;
  }

  private void write(LogLine line, ByteWriter message) {
    message.put('<');
    message.putDecimal(facility * 8L + (line.stream() == LogStream.STDERR ? ERROR : INFO));
    message.put('>');
    message.put(header(line.time()));
    message.put(line);
    message.put('\n');
  }

  private String header(long time) {
    return switch (format) {
      case UNIX -> GoTime.stamp(time, zone) + " " + tag + "[" + pid + "]: ";
      case RFC3164 -> GoTime.stamp(time, zone) + " " + host + " " + tag + "[" + pid + "]: ";
      case RFC5424 -> header(GoTime.rfc3339(time, zone));
      case RFC5424MICRO -> header(GoTime.rfc3339Micro(time, zone));
    };
  }

  private String header(String time) {
    return "1 " + time + " " + host + " " + tag + " " + pid + " " + tag + " - ";
  }
}
