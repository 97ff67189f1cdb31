"""From a publisher's files to table editions. One file a layout."""
