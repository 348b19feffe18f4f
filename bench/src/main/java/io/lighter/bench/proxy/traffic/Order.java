package io.lighter.bench.proxy.traffic;

import java.util.Locale;

/**
 * What the client is to do, a line of its input.
 *
 * @param mode what
 * @param address to connect to
 * @param port the same
 * @param connections how many at a time
 * @param seconds for how long, after 0.3 seconds that do not count
 * @param rate messages a second, for {@link Mode#RATE}
 */
public record Order(
    Mode mode, String address, int port, int connections, double seconds, double rate) {

  /** Has no answer, and ends what is being done. */
  public static final String STOP = "stop";

  private static final int FIELDS = 6;

  /** The kinds of traffic. */
  public enum Mode {
    /** Round trips, the next when the last is answered. */
    TURNS,
    /** Connections of one round trip each, the next when the last is over. */
    CONNECTS,
    /** As many bytes as possible to the server. */
    BULK,
    /** Round trips that are due by the clock, whether answers have come or not. */
    RATE,
    /**
     * Opens connections that stay, after a round trip each, beside those that are there already.
     */
    HOLD,
    /** Opens connections that stay and take 10 kB a second of what the server sends. */
    SLOW,
    /** Closes all that stayed. */
    RELEASE
  }

  /** Reads what {@link #line} has written. */
  public static Order parse(String line) {
    String[] words = line.split(" ", -1);
    if (words.length != FIELDS) {
      throw new IllegalArgumentException("an order has six words: " + line);
    }
    return new Order(
        Mode.valueOf(words[0].toUpperCase(Locale.ROOT)),
        words[1],
        Integer.parseInt(words[2]),
        Integer.parseInt(words[3]),
        Double.parseDouble(words[4]),
        Double.parseDouble(words[5]));
  }

  /** Returns it as a line, without its end. */
  public String line() {
    return String.join(
        " ",
        mode.name().toLowerCase(Locale.ROOT),
        address,
        String.valueOf(port),
        String.valueOf(connections),
        String.valueOf(seconds),
        String.valueOf(rate));
  }
}
