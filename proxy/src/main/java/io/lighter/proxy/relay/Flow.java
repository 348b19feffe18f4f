package io.lighter.proxy.relay;

/** From where to where a connection goes, by what a client sees. IPv4 addresses are mapped. */
final class Flow {
  long sourceHigh;
  long sourceLow;
  int sourcePort;
  long destinationHigh;
  long destinationLow;
  int destinationPort;

  /** Returns whether both addresses are IPv4. */
  boolean isIpv4() {
    return TextBuffer.isIpv4(sourceHigh, sourceLow)
        && TextBuffer.isIpv4(destinationHigh, destinationLow);
  }

  void copyFrom(Flow other) {
    sourceHigh = other.sourceHigh;
    sourceLow = other.sourceLow;
    sourcePort = other.sourcePort;
    destinationHigh = other.destinationHigh;
    destinationLow = other.destinationLow;
    destinationPort = other.destinationPort;
  }
}
