package io.lighter.proxy.relay;

import io.lighter.linux.Connections;
import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.SockaddrBuffer;
import io.lighter.linux.SocketFlags;
import io.lighter.proxy.service.ProxyHeaders;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What a loop needs to listen to the first words of its clients, one after the other. They are
 * peeked at: what is not the relay's stays in the socket, and a client that is slow to speak holds
 * no memory.
 */
final class Greeting {
  /** What a client has said. */
  enum Heard {
    /** Not enough yet. */
    WAIT,
    /** Nothing, and it has gone. */
    LOST,
    /** What it should. */
    HEARD,
    /** Something else. */
    OTHER
  }

  private final Connections connections;
  private final MemorySegment memory;
  private final ProxyHeaderReader header = new ProxyHeaderReader();
  private final ClientHello hello;
  private final TextBuffer text;
  private final Flow flow = new Flow();
  private final SockaddrBuffer own;
  private @Nullable ServedService named;

  Greeting(Linux linux, Arena arena) {
    connections = linux.connections();
    memory = arena.allocate(ClientHello.MOST);
    hello = new ClientHello(arena);
    text = new TextBuffer(arena, ProxyHeaderWriter.LONGEST);
    own = new SockaddrBuffer(arena);
  }

  /** Listens for a PROXY header, and takes it out of the socket when it is all there. */
  Heard hearHeader(End client) {
    int heard = peek(client);
    if (heard < 0) {
      return heard == -Errno.EAGAIN ? Heard.WAIT : Heard.LOST;
    }
    int size = header.read(memory, heard);
    if (size == ProxyHeaderReader.INCOMPLETE && !client.hungUp) {
      return Heard.WAIT;
    }
    boolean taken = size > 0 && connections.recv(client, memory, 0, size, 0) == size;
    return taken ? Heard.HEARD : Heard.OTHER;
  }

  /** Returns the header that was heard last. */
  ProxyHeaderReader header() {
    return header;
  }

  /** Listens for a ClientHello with one of the names. */
  Heard hearName(End client, NameTable names) {
    int heard = peek(client);
    if (heard < 0) {
      return heard == -Errno.EAGAIN ? Heard.WAIT : Heard.LOST;
    }
    named = null;
    ClientHello.Kind kind = hello.read(memory, heard);
    if (kind == ClientHello.Kind.NAMED) {
      named = names.get(hello.memory(), hello.nameOffset(), hello.nameLength());
    }
    if (kind == ClientHello.Kind.INCOMPLETE && !client.hungUp) {
      return Heard.WAIT;
    }
    return named == null ? Heard.OTHER : Heard.HEARD;
  }

  /** Returns the service whose name was heard last. */
  @Nullable ServedService named() {
    return named;
  }

  private int peek(Fd client) {
    return connections.recv(client, memory, 0, memory.byteSize(), SocketFlags.MSG_PEEK);
  }

  /** Returns the addresses of a client's connection, until the next one is asked for. */
  Flow flowOf(Fd client, long high, long low, int port) {
    flow.sourceHigh = high;
    flow.sourceLow = low;
    flow.sourcePort = port;
    connections.getsockname(client, own);
    flow.destinationHigh = own.high();
    flow.destinationLow = own.low();
    flow.destinationPort = own.port();
    return flow;
  }

  /**
   * Sends a header to an endpoint. What is sent first to a new socket fits in its buffer.
   *
   * @return whether it was sent
   */
  boolean tell(Fd server, ProxyHeaders.Version version, Flow about) {
    ProxyHeaderWriter.write(version, about, text);
    return connections.send(server, text.memory(), 0, text.length(), 0) == text.length();
  }
}
