/** The door of capture: turns the bytes of a capture file into frames. */

export { type Annotations, type Comment, type InterfaceFacts, type SectionFacts, writerOf } from './annotations.ts';
export { type Captures, capturesSize, type OpenedCapture, openCaptures } from './captures.ts';
export { type Compression, SourceFacts } from './compression.ts';
export { CaptureFault, type CaptureSink, type Frame, LAST_INTERFACE, type ReaderFacts } from './frame.ts';
export { linkTypeName, linkTypes } from './link-type.ts';
export { PcapngWriter } from './pcapng-writer.ts';
export { CaptureReader, type CaptureReaderOptions, looksLikeCapture, type Reader } from './reader.ts';
export { type CaptureBytes, openCapture, type SourceOptions } from './source.ts';
export { type Lane, TimeOrder } from './time-order.ts';
