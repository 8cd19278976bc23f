package org.transcriptpipeline.notify.forward;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// What the addresses of a name are.
@FunctionalInterface
interface NameResolver {

    InetAddress[] resolve(String host) throws UnknownHostException;
}
