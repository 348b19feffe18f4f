package io.lighter.cli.systemd;

import io.lighter.runtime.systemd.SystemdException;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.freedesktop.dbus.connections.AbstractConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;
import org.freedesktop.dbus.connections.impl.DirectConnectionBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.interfaces.DBusSigHandler;
import org.freedesktop.dbus.messages.DBusSignal;
import org.freedesktop.dbus.messages.Error;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MethodCall;
import org.freedesktop.dbus.messages.constants.Flags;
import org.freedesktop.dbus.types.Variant;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the object of systemd that is its manager, none of which waits longer than it may.
 *
 * <p>One thread at a time.
 */
final class BusConnection implements AutoCloseable {
  private static final String MANAGER = "org.freedesktop.systemd1.Manager";
  private static final long NUDGE_MILLIS = 100;

  private final AbstractConnection connection;
  private final @Nullable String destination;
  private final Duration within;

  private BusConnection(
      AbstractConnection connection, @Nullable String destination, Duration within) {
    this.connection = connection;
    this.destination = destination;
    this.within = within;
  }

  /**
   * Connects.
   *
   * @param uid who we are, as the other end sees it
   * @throws SystemdException when nobody answers there
   */
  static BusConnection open(BusAddress address, long uid, Duration within) {
    // By a thread of its own, since the library waits for the other end without a bound.
    FutureTask<AbstractConnection> connecting = new FutureTask<>(() -> connect(address, uid));
    Thread thread = Thread.ofPlatform().daemon().name("dbus-connect").start(connecting);
    try {
      AbstractConnection connection = connecting.get(within.toMillis(), TimeUnit.MILLISECONDS);
      String destination = address.bus() ? "org.freedesktop.systemd1" : null;
      return new BusConnection(connection, destination, within);
    } catch (TimeoutException e) {
      // The library's socket is a channel, which an interrupt closes.
      thread.interrupt();
      throw new SystemdException("no answer within " + seconds(within), e);
    } catch (ExecutionException e) {
      throw new SystemdException(reason(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      thread.interrupt();
      throw new SystemdException("interrupted", e);
    }
  }

  private static AbstractConnection connect(BusAddress address, long uid) throws DBusException {
    return address.bus()
        ? DBusConnectionBuilder.forAddress(address.text())
            .withShared(false)
            .transportConfig()
            .configureSasl()
            .withSaslUid(uid)
            .back()
            .back()
            .build()
        : DirectConnectionBuilder.forAddress(address.text())
            .transportConfig()
            .configureSasl()
            .withSaslUid(uid)
            .back()
            .back()
            .build();
  }

  /** The library wraps what has happened several times over. */
  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  /** Has signals handled, on threads of the library. */
  <T extends DBusSignal> void listen(Class<T> signal, DBusSigHandler<T> handler) {
    try {
      connection.addSigHandler(signal, handler);
    } catch (DBusException | RuntimeException e) {
      throw new SystemdException("the signals of systemd cannot be had: " + reason(e), e);
    }
  }

  /** A property of the manager, which is a string. */
  String property(String name) {
    Object[] answer = call("org.freedesktop.DBus.Properties", "Get", "ss", MANAGER, name);
    if (answer[0] instanceof Variant<?> variant) {
      return String.valueOf(variant.getValue());
    }
    return answer[0] instanceof Object[] members
        ? String.valueOf(members[members.length - 1])
        : String.valueOf(answer[0]);
  }

  /**
   * Calls a method of the manager.
   *
   * @param signature of the arguments; null for none
   * @throws BusErrorException when it answers by an error
   * @throws SystemdException when it does not answer
   */
  Object[] manage(String member, @Nullable String signature, Object... arguments) {
    return call(MANAGER, member, signature, arguments);
  }

  private Object[] call(
      String type, String member, @Nullable String signature, Object... arguments) {
    try {
      Message reply = reply(send((byte) 0, type, member, signature, arguments));
      if (reply == null) {
        throw new SystemdException(member + " was not answered within " + seconds(within));
      }
      Object[] parameters = Objects.requireNonNullElse(reply.getParameters(), new Object[0]);
      if (reply instanceof Error error) {
        throw new BusErrorException(
            error.getName(), parameters.length == 0 ? "" : String.valueOf(parameters[0]));
      }
      return parameters;
    } catch (DBusException e) {
      throw new SystemdException(member + " could not be called: " + reason(e), e);
    }
  }

  private MethodCall send(
      byte flags, String type, String member, @Nullable String signature, Object... arguments)
      throws DBusException {
    MethodCall call =
        connection
            .getMessageFactory()
            .createMethodCall(
                null,
                destination,
                "/org/freedesktop/systemd1",
                type,
                member,
                flags,
                signature,
                arguments);
    connection.sendMessage(call);
    return call;
  }

  /**
   * Waits for an answer; null when there is none in time.
   *
   * <p>A systemd that has read a message together with the end of the handshake, as one does that
   * was busy, looks at it when there is more to read: seen of version 252. So it gets more.
   */
  private @Nullable Message reply(MethodCall call) throws DBusException {
    if (destination != null) {
      return call.getReply(within.toMillis());
    }
    Message reply = null;
    for (long left = within.toMillis(); left > 0 && reply == null; left -= NUDGE_MILLIS) {
      reply = call.getReply(Math.min(left, NUDGE_MILLIS));
      if (reply == null) {
        send(Flags.NO_REPLY_EXPECTED, "org.freedesktop.DBus.Peer", "Ping", null);
      }
    }
    return reply;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (IOException e) {
      // Whatever it has not sent, nobody waits for any more.
      return;
    }
  }
}
