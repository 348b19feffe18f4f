package io.lighter.runtime.logs.driver;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * TLS over a socket that does not block, so that no write waits for ever: a JDK's SSLSocket has no
 * bound for writes.
 */
final class TlsConnection implements Connection {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SocketConnection socket;
  private final SSLEngine engine;

  /** Encrypted bytes on their way out; ready to be read from. */
  private final ByteBuffer out;

  /** Encrypted bytes that came; ready to be read from. */
  private final ByteBuffer in;

  /** Decrypted bytes that nobody has read; ready to be read from. */
  private final ByteBuffer plain;

  private TlsConnection(SocketConnection socket, SSLEngine engine) {
    this.socket = socket;
    this.engine = engine;
    int packet = engine.getSession().getPacketBufferSize();
    out = ByteBuffer.allocate(packet).limit(0);
    in = ByteBuffer.allocate(packet).limit(0);
    plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
  }

  static TlsConnection handshake(SocketConnection socket, SSLEngine engine, long wait)
      throws IOException {
    TlsConnection connection = new TlsConnection(socket, engine);
    engine.beginHandshake();
    connection.shakeHands(System.nanoTime() + wait);
    return connection;
  }

  private void shakeHands(long end) throws IOException {
    while (true) {
      HandshakeStatus next = engine.getHandshakeStatus();
      long left = Math.max(1, end - System.nanoTime());
      switch (next) {
        case NEED_TASK -> runTasks();
        case NEED_WRAP -> {
          wrap(NOTHING);
          if (!socket.write(out, left)) {
            throw new SocketTimeoutException("the other side reads no TLS handshake");
          }
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (unwrap() == Status.BUFFER_UNDERFLOW) {
            receive(left, true);
          }
        }
        case FINISHED, NOT_HANDSHAKING -> {
          return;
        }
      }
    }
  }

  private void runTasks() {
    Runnable task = engine.getDelegatedTask();
    while (task != null) {
      task.run();
      task = engine.getDelegatedTask();
    }
  }

  /** Encrypts one record; the one before must have gone out. */
  private void wrap(ByteBuffer bytes) throws IOException {
    out.clear();
    SSLEngineResult result = engine.wrap(bytes, out);
    out.flip();
    if (result.getStatus() == Status.CLOSED && !out.hasRemaining()) {
      throw new EOFException("the TLS connection has been closed");
    }
    if (result.getStatus() == Status.BUFFER_OVERFLOW) {
      throw new SSLException("a TLS record is larger than the session said");
    }
  }

  /** Decrypts one record, if one is there in whole. */
  private Status unwrap() throws IOException {
    plain.compact();
    try {
      return engine.unwrap(in, plain).getStatus();
    } finally {
      plain.flip();
    }
  }

  /**
   * Receives more encrypted bytes.
   *
   * @return as {@link #read}
   */
  private int receive(long wait, boolean needed) throws IOException {
    in.compact();
    int read;
    try {
      read = socket.read(in, wait);
    } finally {
      in.flip();
    }
    if (needed && read < 0) {
      throw new EOFException("the other side closed during the TLS handshake");
    }
    if (needed && read == 0) {
      throw new SocketTimeoutException("no TLS handshake came");
    }
    return read;
  }

  @Override
  public boolean write(ByteBuffer bytes, long wait) throws IOException {
    long end = System.nanoTime() + wait;
    while (true) {
      if (!socket.write(out, wait == 0 ? 0 : Math.max(0, end - System.nanoTime()))) {
        return false;
      }
      if (!bytes.hasRemaining()) {
        return true;
      }
      wrap(bytes);
    }
  }

  @Override
  public int read(ByteBuffer into, long wait) throws IOException {
    long end = System.nanoTime() + wait;
    while (!plain.hasRemaining()) {
      Status status = unwrap();
      if (status == Status.CLOSED) {
        return -1;
      }
      if (status == Status.BUFFER_UNDERFLOW) {
        long left = wait == 0 ? 0 : end - System.nanoTime();
        int read = left < 0 ? 0 : receive(left, false);
        if (read <= 0) {
          return read;
        }
      }
      answer();
    }
    int size = Math.min(into.remaining(), plain.remaining());
    into.put(plain.slice(plain.position(), size));
    plain.position(plain.position() + size);
    return size;
  }

  /** Answers what the other side wants besides data, such as a new key. */
  private void answer() throws IOException {
    if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
      runTasks();
    }
    if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && !out.hasRemaining()) {
      wrap(NOTHING);
      socket.write(out, 0);
    }
  }

  @Override
  public void flush() throws IOException {
    socket.write(out, 0);
  }

  @Override
  public void close() {
    try {
      if (socket.write(out, 0)) {
        engine.closeOutbound();
        wrap(NOTHING);
        socket.write(out, 0);
      }
    } catch (IOException e) {
      // The other side has gone, so it need not be told.
      engine.closeOutbound();
    } finally {
      socket.close();
    }
  }
}
