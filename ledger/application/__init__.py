"""The one way in: deciding, sealing and appending acts; founding; naming records."""
