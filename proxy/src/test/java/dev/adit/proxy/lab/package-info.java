/// A proxy whose targets are on loopback.
package dev.adit.proxy.lab;
