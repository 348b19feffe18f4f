package io.lighter.proxy.relay;

import io.lighter.linux.SockaddrBuffer;
import io.lighter.proxy.service.ProxyHeaders;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection as long as it is not known whose client it is: where it came, who it says that it
 * is, and which of several services it wants. Used for one client after the other.
 */
abstract class Arrival extends Timer {
  /** What the client shall say, or was to say last. */
  private enum Words {
    NONE,
    HEADER,
    HELLO
  }

  final Worker worker;
  private Words words = Words.NONE;
  private @Nullable Place place;

  /** What a PROXY header told; made by the first that did. */
  private @Nullable Flow told;

  private boolean isTold;
  private char port;
  private long high;
  private long low;
  private long started;

  Arrival(Worker worker) {
    this.worker = worker;
  }

  /** Returns the socket of the client. */
  abstract End client();

  /** Goes on with the service that the client is for. */
  abstract void admit(ServedService to);

  /** Ends it here. */
  abstract void end(Ending ending);

  /** Returns the halves of the client's address. */
  final long high() {
    return high;
  }

  final long low() {
    return low;
  }

  /** Returns when it was accepted. */
  final long started() {
    return started;
  }

  final void describeClient(TextBuffer line) {
    line.put(" client=").putAddress(high, low).put(':').putNumber(port);
  }

  /** Begins with a client that has been accepted. */
  final void arrive(Place at, SockaddrBuffer peer) {
    started = worker.loop().now();
    high = peer.high();
    low = peer.low();
    port = (char) peer.port();
    place = at;
    Place.Claims claims = at.claims();
    if (claims.withHeader()) {
      listenTo(Words.HEADER);
    } else {
      greet(claims);
    }
  }

  /** Finds out which service a client wants whose address is known. */
  private void greet(Place.Claims claims) {
    if (claims.names().isEmpty()) {
      admitIfAny(claims.any());
    } else {
      listenTo(Words.HELLO);
    }
  }

  private void admitIfAny(@Nullable ServedService wanted) {
    if (wanted == null) {
      end(Ending.SERVER_NAME);
    } else {
      admit(wanted);
    }
  }

  private void listenTo(Words next) {
    watchClient();
    words = next;
    worker.loop().schedule(this, started + worker.greetingTimeout());
    if (client().readable) {
      hear();
    }
  }

  /** Has the loop watch the client, unless it does. */
  final void watchClient() {
    if (words == Words.NONE) {
      worker.loop().watch(client(), End.EVENTS, client().token);
    }
  }

  /** Looks at what the client has said until now. */
  final void hear() {
    Greeting greeting = worker.greeting();
    Place.Claims claims = Objects.requireNonNull(place).claims();
    boolean header = words == Words.HEADER;
    switch (header ? greeting.hearHeader(client()) : greeting.hearName(client(), claims.names())) {
      case WAIT -> {}
      case LOST -> end(Ending.CLIENT_RESET);
      case HEARD -> {
        if (header) {
          learn(greeting.header());
          greet(claims);
        } else {
          admitIfAny(greeting.named());
        }
      }
      case OTHER -> {
        if (header) {
          end(Ending.HEADER);
        } else {
          admitIfAny(claims.any());
        }
      }
    }
  }

  /** Takes the client for who its header says that it is. */
  private void learn(ProxyHeaderReader header) {
    if (header.hasFlow()) {
      Flow flow = told == null ? new Flow() : told;
      flow.copyFrom(header.flow());
      told = flow;
      isTold = true;
      high = flow.sourceHigh;
      low = flow.sourceLow;
      port = (char) flow.sourcePort;
    }
  }

  /** A client that has said nothing may be one that waits for the server to begin. */
  final void waitNoLonger() {
    if (words == Words.HEADER) {
      end(Ending.HEADER);
    } else {
      admitIfAny(Objects.requireNonNull(place).claims().any());
    }
  }

  /** Tells an endpoint who the client is; returns whether that was sent. */
  final boolean tell(End server, ProxyHeaders.Version version) {
    Greeting greeting = worker.greeting();
    Flow flow = isTold && told != null ? told : greeting.flowOf(client(), high, low, port);
    return greeting.tell(server, version, flow);
  }

  /** Forgets the client. */
  final void forget() {
    words = Words.NONE;
    place = null;
    isTold = false;
  }
}
