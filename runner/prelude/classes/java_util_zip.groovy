// CRC32 bit by bit, without a table: for the few bytes that scripts sum up.
package java.util.zip

class CRC32 {
    private long crc = 0xffffffffL

    void update(byte[] bytes) { for (b in bytes) add(b & 255) }

    void update(int b) { add(b & 255) }

    private void add(int b) {
        crc = crc ^ b
        for (int i = 0; i < 8; i++) crc = (crc & 1L) != 0 ? (crc >> 1) ^ 0xedb88320L : crc >> 1
    }

    long getValue() { crc ^ 0xffffffffL }

    void reset() { crc = 0xffffffffL }
}
